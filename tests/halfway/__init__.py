"""An app whose migration stops half-way, in the way TAMDAO_TEST_HALFWAY says: for the tests of `tamdao upgrade`."""
