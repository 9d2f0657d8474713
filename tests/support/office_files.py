"""Reads an exported file with a library that is not ours, and says what is in it: office_files.py KIND < file."""

import csv
import io
import json
import sys

kind, data = sys.argv[1], sys.stdin.buffer.read()

if kind == "xlsx":
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    told = {}
    for sheet in book:
        rows = list(sheet.iter_rows())
        told[sheet.title] = {
            "frozen": sheet.freeze_panes,
            "filter": sheet.auto_filter.ref,
            "titles": sheet.print_title_rows,
            "landscape": sheet.page_setup.orientation,
            "head": [cell.value for cell in rows[0]],
            "widths": [round(sheet.column_dimensions[cell.column_letter].width) for cell in rows[0]],
            # None where a cell is not there at all.
            "rows": [
                [None if cell.value is None else [type(cell.value).__name__, str(cell.value), cell.number_format] for cell in row]
                for row in rows[1:]
            ],
        }
elif kind == "docx":
    import docx

    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    names = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    told = {
        "title": document.paragraphs[0].text,
        "style": document.paragraphs[0].style.name,
        "paragraphs": [paragraph.text for paragraph in document.paragraphs],
        "orientation": str(section.orientation),
        "mm": [round(section.page_width.mm), round(section.page_height.mm)],
        "header": section.header.paragraphs[0].text,
        "fields": [
            "".join(field.itertext()).split()[0]
            for field in section.footer._element.iter("{%s}instrText" % names["w"])
        ],
        "tables": [
            {
                "repeats": [row._tr.find("w:trPr/w:tblHeader", names) is not None for row in table.rows],
                "rows": [[cell.text for cell in row.cells] for row in table.rows],
            }
            for table in document.tables
        ],
    }
elif kind == "csv":
    # As a French Excel opens it by double click.
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    told = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
else:
    sys.exit(f"unknown kind {kind}")

json.dump(told, sys.stdout, ensure_ascii=False)
