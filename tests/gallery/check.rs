//! What every page must be, whatever it shows: parsed without a complaint, and usable without eyes, mouse or scripts.

use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;

pub fn problems(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let mut found: Vec<String> = page.errors.iter().map(|error| format!("HTML: {error}")).collect();
    let all = |selector: &str| -> Vec<ElementRef<'_>> { page.select(&Selector::parse(selector).unwrap()).collect() };
    let shown = |element: &ElementRef<'_>| element.html().chars().take(120).collect::<String>();

    if all("h1").len() != 1 {
        found.push(format!("{} h1", all("h1").len()));
    }
    if all("html[lang=fr]").len() != 1
        || all("title").iter().any(|title| title.text().collect::<String>().trim().is_empty())
    {
        found.push("language or title".into());
    }
    if all("main").len() != 1 {
        found.push("one main, no more".into());
    }

    let mut ids = BTreeSet::new();
    for element in all("[id]") {
        let id = element.attr("id").unwrap();
        if id.is_empty() || id.contains(char::is_whitespace) || !ids.insert(id.to_owned()) {
            found.push(format!("id « {id} » is empty or there twice"));
        }
    }
    for attribute in ["for", "aria-describedby", "aria-labelledby", "list"] {
        for element in all(&format!("[{attribute}]")) {
            for id in element.attr(attribute).unwrap().split_whitespace() {
                if !ids.contains(id) {
                    found.push(format!("{attribute} « {id} » leads nowhere"));
                }
            }
        }
    }
    for element in all("a[href^=\"#\"]") {
        let id = &element.attr("href").unwrap()[1..];
        if !ids.contains(id) {
            found.push(format!("link to « #{id} » leads nowhere"));
        }
    }

    let mut keys = BTreeSet::new();
    for element in all("[accesskey]") {
        let key = element.attr("accesskey").unwrap();
        if !keys.insert(key.to_owned()) {
            found.push(format!("access key « {key} » is there twice"));
        }
    }

    let labelled: BTreeSet<&str> = all("label[for]").iter().filter_map(|label| label.attr("for")).collect();
    for control in all("input:not([type=hidden]), select, textarea") {
        let named = control.attr("id").is_some_and(|id| labelled.contains(id))
            || control.attr("aria-label").is_some_and(|label| !label.is_empty());
        if !named {
            found.push(format!("no label: {}", shown(&control)));
        }
    }
    for control in all("a, button") {
        let text = control.text().collect::<String>();
        if text.trim().is_empty() && control.attr("aria-label").is_none() {
            found.push(format!("no name: {}", shown(&control)));
        }
    }
    for image in all("img, svg") {
        let labelled =
            image.attr("role") == Some("img") && image.attr("aria-label").is_some_and(|label| !label.is_empty());
        if image.attr("alt").is_none() && image.attr("aria-hidden") != Some("true") && !labelled {
            found.push(format!("a picture without words: {}", shown(&image)));
        }
    }
    for table in all("table") {
        if table.select(&Selector::parse("caption").unwrap()).next().is_none() {
            found.push("a table without a caption".into());
        }
    }
    for header in all("th") {
        if header.attr("scope").is_none() {
            found.push(format!("a header without a scope: {}", shown(&header)));
        }
    }
    for form in all("form") {
        if !matches!(form.attr("method"), Some("get" | "post")) || form.attr("action").is_none() {
            found.push(format!("a form that does not say where and how: {}", shown(&form)));
        }
    }

    for element in all("*") {
        for (name, value) in element.value().attrs() {
            if name.starts_with("on") || name == "style" || value.trim_start().to_lowercase().starts_with("javascript:")
            {
                found.push(format!("inline code: {name} in {}", shown(&element)));
            }
        }
    }
    if !all("style").is_empty() || all("script").iter().any(|script| script.attr("src").is_none()) {
        found.push("an inline style or script".into());
    }
    for element in all("[target=_blank]") {
        if element.attr("rel") != Some("noopener noreferrer") || element.attr("referrerpolicy") != Some("no-referrer") {
            found.push(format!("tells a stranger where it comes from: {}", shown(&element)));
        }
    }
    // All that a page loads by itself is ours.
    for (selector, attribute) in [("script", "src"), ("link", "href"), ("img", "src"), ("use", "href")] {
        for element in all(selector) {
            // Pages of a fax are what it shows.
            let address = element.attr(attribute).unwrap_or("");
            let of_fax = selector == "img" && address.starts_with('/') && address.contains("/fax/");
            if !address.starts_with("/assets/") && !of_fax {
                found.push(format!("loads from elsewhere: {}", shown(&element)));
            }
        }
    }
    found
}

/// The eyes are open: a page with one fault of each sort.
#[test]
fn faults_are_found() {
    let page = "<!doctype html><html lang=fr><title>a</title><main><h1>a</h1><h1>b</h1><p id=x><b id=x>a</p>\
        <input><a href='#y'></a><img src=//else.where/a.png><table><tr><th>a</table><form></form>\
        <p style='x' onclick='y'></p><script>1</script><label for=z>z</label>\
        <a accesskey=k href=/>k</a><a accesskey=k href=/>l</a></main>";
    let found = problems(page).join("\n");
    for fault in [
        "HTML: ",
        "2 h1",
        "id « x »",
        "for « z »",
        "link to « #y »",
        "no label",
        "no name",
        "without words",
        "caption",
        "without a scope",
        "where and how",
        "inline code: style",
        "inline code: onclick",
        "inline style or script",
        "elsewhere",
        "access key « k »",
    ] {
        assert!(found.contains(fault), "{fault} not found in:\n{found}");
    }
}
