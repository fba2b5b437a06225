"""Pure rules of the pages: words, first sentences, matters. No database, no clock, no addresses."""
