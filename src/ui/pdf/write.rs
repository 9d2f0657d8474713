//! The pages as a file: objects, tags, the attachment. PDF 1.7 (ISO 32000-1).

use super::letters::{Face, width};
use super::{Attachment, Document, MARGIN, PAGE, Page, Tag, encode};
use chrono::{Datelike, Timelike};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{AssociationKind, StructRole};
use pdf_writer::{Content, Date, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use std::io::Write;

const PLAIN: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");
/// The baseline below the top of a line, in parts of the size.
const ASCENT: f32 = 0.95;
const FOOT_SIZE: f32 = 8.0;
const FOOT_Y: f32 = 36.0;

/// Hands out the numbers of objects.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// An element of the document's structure: what it is, where it hangs, and where its text is.
struct Element {
    id: Ref,
    role: StructRole,
    parent: Ref,
    children: Vec<Ref>,
    /// Page and number of each of its runs.
    marks: Vec<(usize, i32)>,
}

/// The structure: elements in the order of reading, and by block and cell where each piece is.
struct Tree {
    elements: Vec<Element>,
    /// Of each page, by the number of the run: the element it belongs to.
    parents: Vec<Vec<Ref>>,
}

fn role(tag: Tag) -> StructRole {
    match tag {
        Tag::Title => StructRole::H1,
        Tag::Heading => StructRole::H2,
        Tag::Text => StructRole::P,
        Tag::HeadCell => StructRole::TH,
        Tag::Cell => StructRole::TD,
    }
}

fn tree(document: &Document, pages: &[Page], top: Ref, numbers: &mut Numbers) -> Tree {
    let mut elements: Vec<Element> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let mut table: Option<usize> = None;
    let new = |elements: &mut Vec<Element>, numbers: &mut Numbers, role, parent: Option<usize>| {
        let id = numbers.next();
        let parent_id = parent.map_or(top, |place| elements[place].id);
        if let Some(place) = parent {
            elements[place].children.push(id);
        }
        elements.push(Element { id, role, parent: parent_id, children: Vec::new(), marks: Vec::new() });
        elements.len() - 1
    };
    for (block_place, block) in document.blocks.iter().enumerate() {
        let parent = if block.row {
            let table = *table.get_or_insert_with(|| new(&mut elements, numbers, StructRole::Table, None));
            Some(new(&mut elements, numbers, StructRole::TR, Some(table)))
        } else {
            table = None;
            None
        };
        for (cell, piece) in block.pieces.iter().enumerate() {
            let element = new(&mut elements, numbers, role(piece.tag), parent);
            places.insert((block_place, cell), element);
        }
    }
    let mut parents = Vec::new();
    for (page_place, page) in pages.iter().enumerate() {
        let mut of_page = Vec::new();
        for (mark, run) in page.runs.iter().enumerate() {
            let element = &mut elements[places[&(run.block, run.cell)]];
            element.marks.push((page_place, mark as i32));
            of_page.push(element.id);
        }
        parents.push(of_page);
    }
    Tree { elements, parents }
}

/// The document as bytes.
pub(super) fn bytes(document: &Document, pages: &[Page], attachment: Option<&Attachment<'_>>) -> Vec<u8> {
    let mut numbers = Numbers(0);
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let (catalog, info, page_tree) = (numbers.next(), numbers.next(), numbers.next());
    let (plain, bold, root, top) = (numbers.next(), numbers.next(), numbers.next(), numbers.next());
    let page_ids: Vec<Ref> = pages.iter().map(|_| numbers.next()).collect();
    let tree = tree(document, pages, top, &mut numbers);
    let files = attachment.map(|attachment| attach(&mut pdf, attachment, document, &mut numbers));
    for (place, page) in pages.iter().enumerate() {
        let content_id = numbers.next();
        let mut object = pdf.page(page_ids[place]);
        object.parent(page_tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(content_id);
        object.struct_parents(place as i32);
        object.resources().fonts().pair(PLAIN, plain).pair(BOLD, bold);
        object.finish();
        let content = deflated(&drawn(document, page, place + 1, pages.len()));
        pdf.stream(content_id, &content).filter(Filter::FlateDecode);
    }
    pdf.pages(page_tree).kids(page_ids.iter().copied()).count(pages.len() as i32);
    for (id, name) in [(plain, Name(b"Helvetica")), (bold, Name(b"Helvetica-Bold"))] {
        pdf.type1_font(id).base_font(name).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    let lists: Vec<Ref> = pages.iter().map(|_| numbers.next()).collect();
    structure(&mut pdf, &tree, (root, top), &page_ids, &lists);
    let made = date(document.made);
    pdf.document_info(info)
        .title(TextStr(&document.title))
        .author(TextStr(&document.author))
        .creator(TextStr("Permanence"))
        .creation_date(made);
    let mut object = pdf.catalog(catalog);
    object.pages(page_tree).lang(TextStr("fr"));
    object.viewer_preferences().display_doc_title(true);
    object.mark_info().marked(true);
    object.pair(Name(b"StructTreeRoot"), root);
    if let (Some(file), Some(attachment)) = (files, attachment) {
        object.names().embedded_files().names().insert(Str(attachment.name.as_bytes()), file);
        object.insert(Name(b"AF")).array().item(file);
    }
    object.finish();
    let mut bytes = pdf.finish();
    bytes.push(b'\n');
    bytes
}

fn date(at: chrono::NaiveDateTime) -> Date {
    Date::new(at.year().clamp(0, 9999) as u16)
        .month(at.month() as u8)
        .day(at.day() as u8)
        .hour(at.hour() as u8)
        .minute(at.minute() as u8)
        .second(at.second() as u8)
}

/// The attachment as it is, uncompressed: anybody can find it in the file by eye.
fn attach(pdf: &mut Pdf, attachment: &Attachment<'_>, document: &Document, numbers: &mut Numbers) -> Ref {
    let (file, stream) = (numbers.next(), numbers.next());
    let media_type = attachment.media_type.replace('/', "#2F");
    let mut embedded = pdf.embedded_file(stream, attachment.bytes);
    embedded.subtype(Name(media_type.as_bytes()));
    embedded.params().size(attachment.bytes.len() as i32).modification_date(date(document.made));
    embedded.finish();
    let mut spec = pdf.file_spec(file);
    spec.path(Str(attachment.name.as_bytes())).unic_file(TextStr(attachment.name));
    spec.description(TextStr(attachment.about)).embedded_file_with_unicode(stream);
    spec.association_kind(AssociationKind::Source);
    file
}

/// `lists`: of each page, the number of the list that leads from its runs to their elements.
fn structure(pdf: &mut Pdf, tree: &Tree, (root, top): (Ref, Ref), page_ids: &[Ref], lists: &[Ref]) {
    let mut object = pdf.indirect(root).start::<pdf_writer::writers::StructTreeRoot>();
    object.child(top);
    object.parent_tree_next_key(page_ids.len() as i32);
    let mut parents = object.parent_tree();
    let mut entries = parents.nums();
    for (place, list) in lists.iter().enumerate() {
        entries.insert(place as i32, *list);
    }
    entries.finish();
    parents.finish();
    object.finish();
    for (list, parents) in lists.iter().zip(&tree.parents) {
        pdf.indirect(*list).array().items(parents.iter().copied());
    }
    let mut object = pdf.struct_element(top);
    object.kind(StructRole::Document).parent(root);
    let mut children = object.children();
    for element in tree.elements.iter().filter(|element| element.parent == top) {
        children.struct_element(element.id);
    }
    children.finish();
    object.finish();
    for element in &tree.elements {
        let mut object = pdf.struct_element(element.id);
        object.kind(element.role).parent(element.parent);
        if let Some((page, _)) = element.marks.first() {
            object.page(page_ids[*page]);
        }
        let mut children = object.children();
        for child in &element.children {
            children.struct_element(*child);
        }
        for (page, mark) in &element.marks {
            children.marked_content_ref().page(page_ids[*page]).marked_content_id(*mark);
        }
        children.finish();
        if element.role == StructRole::TH {
            let mut attributes = object.attributes();
            attributes.push().table().scope(pdf_writer::types::TableHeaderScope::Column);
            attributes.finish();
        }
        object.finish();
    }
}

/// What a page shows.
fn drawn(document: &Document, page: &Page, number: usize, of: usize) -> Vec<u8> {
    let mut content = Content::new();
    for (mark, run) in page.runs.iter().enumerate() {
        let tag = document.blocks[run.block].pieces[run.cell].tag;
        let mut marked = content.begin_marked_content_with_properties(role(tag).to_name());
        marked.properties().identify(mark as i32);
        marked.finish();
        content.begin_text();
        content.set_font(face(run.look.face), run.look.size).set_fill_gray(run.look.grey);
        content.set_text_matrix([1.0, 0.0, 0.0, 1.0, run.x, run.y - run.look.size * ASCENT]);
        content.set_leading(run.look.leading());
        for (place, line) in run.lines.iter().enumerate() {
            if place > 0 {
                content.next_line_using_leading();
            }
            content.show(Str(line));
        }
        content.end_text();
        content.end_marked_content();
    }
    let (foot, _) = encode(&document.title);
    let (numbered, _) = encode(&format!("{number} / {of}"));
    let right = PAGE.0 - MARGIN - width(&numbered, Face::Plain, FOOT_SIZE);
    content.begin_marked_content(Name(b"Artifact"));
    for (x, text) in [(MARGIN, foot), (right, numbered)] {
        content.begin_text().set_font(PLAIN, FOOT_SIZE).set_fill_gray(0.3);
        content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, FOOT_Y]).show(Str(&text)).end_text();
    }
    content.end_marked_content();
    content.finish().into_vec()
}

fn face(face: Face) -> Name<'static> {
    match face {
        Face::Plain => PLAIN,
        Face::Bold => BOLD,
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Into memory, which takes all.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
