import assert from "node:assert/strict";
import test from "node:test";
import { answered, asked, sentenceFor, toBytes, toText } from "./passkeys";

test("bytes survive the way to base64url and back, with the letters that differ from base64", () => {
  const bytes = Uint8Array.from([251, 255, 191, 0, 62, 63]);
  assert.equal(toText(bytes.buffer), "-_-_AD4_");
  assert.deepEqual(toBytes(toText(bytes.buffer)), bytes);
});

test("options: challenge, user and excluded ids become bytes, the rest stays", () => {
  const key = asked({
    publicKey: {
      challenge: "AQID",
      rp: { id: "localhost" },
      user: { id: "Nw", name: "a" },
      excludeCredentials: [{ id: "BA", type: "public-key" }],
    },
  });
  assert.deepEqual([...key.challenge], [1, 2, 3]);
  assert.deepEqual([...key.user.id], [55]);
  assert.deepEqual([...key.excludeCredentials[0].id], [4]);
  assert.deepEqual(key.rp, { id: "localhost" });
  assert.equal(key.user.name, "a");
});

test("the answer carries what is there and leaves out what is not", () => {
  const part = Uint8Array.from([1]).buffer;
  const answer = answered({
    id: "x",
    rawId: part,
    type: "public-key",
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
    response: { clientDataJSON: part, authenticatorData: part, signature: part, userHandle: null },
  });
  assert.deepEqual(answer, {
    id: "x",
    rawId: "AQ",
    type: "public-key",
    authenticatorAttachment: null,
    clientExtensionResults: { credProps: { rk: true } },
    response: { clientDataJSON: "AQ", authenticatorData: "AQ", signature: "AQ" },
  });
});

test("giving up is told apart from a fault", () => {
  const gaveUp = new Error("x");
  gaveUp.name = "NotAllowedError";
  assert.equal(sentenceFor(gaveUp), "unknown");
  assert.equal(sentenceFor(new Error("options: 500")), "failed");
  assert.equal(sentenceFor("?"), "failed");
});
