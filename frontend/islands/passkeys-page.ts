// The bundle of the pages that ask for a passkey; no other page loads it.
import { passkeys } from "./passkeys";

passkeys(document);
