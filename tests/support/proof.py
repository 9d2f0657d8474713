"""Checks a proof of transmission with nothing of ours: proof.py JSON PDF PEM. Says what it found as JSON.

Written from /aide/preuves: canonical JSON (RFC 8785), SHA-256, Ed25519 by `cryptography`, the PDF by `pypdf` and `qpdf`.
"""

import hashlib
import json
import subprocess
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from pypdf import PdfReader


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(value):
    return hashlib.sha256(canonical(value)).hexdigest()


def signed(key, signature, data):
    try:
        key.verify(bytes.fromhex(signature), data)
        return True
    except InvalidSignature:
        return False


raw, pdf_path = open(sys.argv[1], "rb").read(), sys.argv[2]
pem = open(sys.argv[3], "rb").read()
key = serialization.load_pem_public_key(pem)
der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
record = json.loads(raw)
bare = {name: value for name, value in record.items() if name != "signature"}

before = sha256({"abonne": record["abonne"]["numero"], "message": record["message"], "consignes": record["consignes"]})
chained = before == record["depart"]
for rank, step in enumerate(record["etapes"], 1):
    own = {name: value for name, value in step.items() if name != "empreinte"}
    chained = chained and step["rang"] == rank and step["precedente"] == before and step["empreinte"] == sha256(own)
    before = step["empreinte"]

pdf = open(pdf_path, "rb").read()
last = pdf[:-1].rsplit(b"\n", 1)[1]
offset, length, signature = last.removeprefix(b"%permanence-preuve ").split(b" ")
reader = PdfReader(pdf_path, strict=True)
[inside] = reader.attachments["preuve.json"]
checked = subprocess.run(["qpdf", "--check", pdf_path], capture_output=True, text=True)
root = reader.trailer["/Root"]
print(
    json.dumps(
        {
            "canonical": canonical(record) == raw,
            "chained": chained,
            "signed": signed(key, record["signature"], canonical(bare)),
            "fingerprint": hashlib.sha256(der).hexdigest() == record["cle"]["empreinte"],
            "pdf_signed": signed(key, signature.decode(), pdf[: len(pdf) - 129]),
            "offset": pdf[int(offset) : int(offset) + int(length)] == inside,
            "inside": json.loads(inside),
            "pages": len(reader.pages),
            "size": [float(side) for side in reader.pages[0].mediabox[2:]],
            "title": reader.metadata.title,
            "lang": str(root["/Lang"]),
            "tagged": bool(root["/MarkInfo"]["/Marked"]),
            "text": "\n".join(page.extract_text() for page in reader.pages),
            "qpdf": checked.returncode,
            "qpdf_said": checked.stdout + checked.stderr,
        }
    )
)
