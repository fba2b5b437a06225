"""An export in memory, to be tampered with and written again as a careful forger would."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from tamdao.core.ledger import notes
from tamdao.core.ledger.canonical import canonical
from tamdao.core.ledger.tree import Levels, leaf_hash


@dataclass
class Forgery:
    """The lines of an export; `save` writes them with a manifest that matches."""

    entries: list[tuple[str, str]]
    rows: list[str]
    checkpoints: list[str]
    proofs: list[str]
    keys: str
    # bytes put in the place of a whole file, at last
    raw: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Forgery:
        """Read a good export."""

        def lines(name: str) -> list[str]:
            return (folder / name).read_text(encoding="utf-8").split("\n")[:-1]

        entries = [(line[:64], line[65:]) for line in lines("entries.jsonl")]
        checkpoints = [json.loads(line) for line in lines("checkpoints.jsonl")]
        keys = (folder / "ledger.pub").read_text(encoding="utf-8")
        return cls(entries, lines("rows.jsonl"), checkpoints, lines("proofs.jsonl"), keys)

    def copy(self) -> Forgery:
        """Another one, to spoil."""
        return deepcopy(self)

    @property
    def notes(self) -> list[notes.Note]:
        """What the checkpoints say."""
        return [notes.read(text)[0] for text in self.checkpoints]

    def body(self, number: int) -> dict[str, Any]:
        """An entry as values."""
        return dict(json.loads(self.entries[number][1]))

    def put(self, number: int, body: dict[str, Any] | str) -> None:
        """Replace an entry and its hash."""
        text = body if isinstance(body, str) else canonical(body)
        self.entries[number] = (leaf_hash(text.encode()).hex(), text)

    def renumber(self) -> None:
        """Numbers and hashes from 0 on."""
        for number in range(len(self.entries)):
            self.put(number, self.body(number) | {"#": number})

    def prove(self, sizes: list[int]) -> None:
        """Consistency proofs between sizes, of the entries as they are now."""
        levels = Levels(bytes.fromhex(leaf) for leaf, _body in self.entries)
        self.proofs = [
            canonical({"from": old, "proof": [one.hex() for one in levels.consistency(old, new)], "to": new})
            for old, new in pairwise(sizes)
        ]

    def rechain(self, private: Any = None) -> None:
        """New roots and proofs throughout; signed with `private` where the forger has it, with old signatures if not."""
        levels = Levels(bytes.fromhex(leaf) for leaf, _body in self.entries)
        made = []
        for text in self.checkpoints:
            note, _signatures = notes.read(text)
            new = notes.Note(note.origin, note.size, levels.root(note.size), note.at)
            made.append(
                notes.sign(new, private(note)) if private else new.text + "\n" + text.partition("\n\n")[2]
            )
        self.checkpoints = made
        self.prove([note.size for note in self.notes])

    def save(self, folder: Path) -> Path:
        """Write everything, with a manifest that matches it."""
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        texts = {
            "entries.jsonl": "".join(f"{leaf} {body}\n" for leaf, body in self.entries),
            "rows.jsonl": "".join(f"{row}\n" for row in self.rows),
            "checkpoints.jsonl": "".join(f"{canonical(text)}\n" for text in self.checkpoints),
            "proofs.jsonl": "".join(f"{line}\n" for line in self.proofs),
            "ledger.pub": self.keys,
        }
        contents = {name: text.encode() for name, text in texts.items()} | self.raw
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        last = self.notes[-1]
        files = {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in contents.items()
        }
        manifest = {
            "files": files, "format": "tamdao-ledger-export/1", "origin": last.origin,
            "root": last.root.hex(), "size": last.size,
        }  # fmt: skip
        (folder / "manifest.json").write_text(canonical(manifest) + "\n", encoding="utf-8")
        return folder
