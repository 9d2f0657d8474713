//! The one set of form components: label, hint, problem and control always belong together, and a form that comes back
//! keeps what was typed and says what is wrong, on top and beside each field.

use super::icon::Icon;
use crate::error::Problems;
use crate::http::Form;
use maud::{Markup, Render, html};

/// A form being filled in: what was typed, what is wrong with it, and what stands before the ids of its fields
/// (needed only where a page has several forms).
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    pub form: &'a Form,
    pub problems: &'a Problems,
    pub prefix: &'a str,
}

/// What one types into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control<'a> {
    Line(&'static str),
    Area { rows: u8 },
    Select(&'a [(&'a str, &'a str)]),
    Password,
}

/// A labelled control.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    fields: Fields<'a>,
    name: &'a str,
    label: &'a str,
    control: Control<'a>,
    hint: &'a str,
    class: &'a str,
    autocomplete: &'a str,
    input_mode: &'a str,
    access_key: Option<char>,
    chars_max: Option<usize>,
    list: &'a str,
    required: bool,
    autofocus: bool,
    unspelled: bool,
}

impl<'a> Fields<'a> {
    pub fn new(form: &'a Form, problems: &'a Problems) -> Fields<'a> {
        Fields { form, problems, prefix: "" }
    }

    /// The same with ids that begin with `prefix`, for a page with several forms.
    pub fn prefixed(self, prefix: &'a str) -> Fields<'a> {
        Fields { prefix, ..self }
    }

    fn id(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn field(self, name: &'a str, label: &'a str, control: Control<'a>) -> Field<'a> {
        Field {
            fields: self,
            name,
            label,
            control,
            hint: "",
            class: "",
            autocomplete: "off",
            input_mode: "",
            access_key: None,
            chars_max: None,
            list: "",
            required: false,
            autofocus: false,
            unspelled: false,
        }
    }

    /// A line of text.
    pub fn text(self, name: &'a str, label: &'a str) -> Field<'a> {
        self.field(name, label, Control::Line("text"))
    }

    /// A login, a code: no capitals, no spelling.
    pub fn login(self, name: &'a str, label: &'a str) -> Field<'a> {
        Field { unspelled: true, ..self.text(name, label) }
    }

    /// A telephone number, in any notation.
    pub fn phone(self, name: &'a str, label: &'a str) -> Field<'a> {
        Field { input_mode: "tel", ..self.field(name, label, Control::Line("tel")) }
    }

    /// An e-mail address. Not `type=email`: browsers refuse in their own words, and ours come with the form.
    pub fn email(self, name: &'a str, label: &'a str) -> Field<'a> {
        Field { input_mode: "email", unspelled: true, ..self.text(name, label) }
    }

    pub fn number(self, name: &'a str, label: &'a str) -> Field<'a> {
        Field { input_mode: "numeric", ..self.text(name, label) }
    }

    pub fn date(self, name: &'a str, label: &'a str) -> Field<'a> {
        self.field(name, label, Control::Line("date"))
    }

    pub fn time(self, name: &'a str, label: &'a str) -> Field<'a> {
        self.field(name, label, Control::Line("time"))
    }

    pub fn area(self, name: &'a str, label: &'a str, rows: u8) -> Field<'a> {
        self.field(name, label, Control::Area { rows })
    }

    /// Values with the words shown for them. A typed value that is none of them is kept as one more.
    pub fn select(self, name: &'a str, label: &'a str, options: &'a [(&'a str, &'a str)]) -> Field<'a> {
        self.field(name, label, Control::Select(options))
    }

    /// A password: pasting allowed, never sent back; `password.js` adds a button that shows it.
    pub fn password(self, name: &'a str, label: &'a str) -> Field<'a> {
        self.field(name, label, Control::Password)
    }

    /// A box to tick.
    pub fn tick(&self, name: &str, label: &str) -> Markup {
        self.tick_value(name, "1", label, self.form.ticked(name))
    }

    /// A box with a value of its own, for names that may come several times.
    pub fn tick_value(&self, name: &str, value: &str, label: &str, ticked: bool) -> Markup {
        let id = if value == "1" { self.id(name) } else { format!("{}{name}-{value}", self.prefix) };
        html! {
            div.tick {
                input type="checkbox" id=(id) name=(name) value=(value) checked[ticked];
                label for=(id) { (label) }
            }
        }
    }

    /// One choice among a few, all in sight. `chosen` is what stands when nothing was typed yet; `beside` comes after the
    /// last one, for what belongs to the choice. The legend is for screen readers: the words of the choices say enough.
    pub fn radios(&self, name: &str, legend: &str, options: &[Choice<'_>], chosen: &str, beside: &Markup) -> Markup {
        let typed = self.form.find(name).unwrap_or(chosen);
        let problem = self.problems.of(name);
        let problem_id = problem.map(|_| format!("{}-erreur", self.id(name)));
        html! {
            fieldset.radios id=(self.id(name)) aria-describedby=[problem_id.as_deref()] {
                legend.quiet { (legend) }
                @if let (Some(problem), Some(id)) = (problem, &problem_id) { p.problem id=(id) { (Icon::Urgent) (problem) } }
                div.chips {
                    @for choice in options {
                        @let id = format!("{}{name}-{}", self.prefix, choice.value);
                        span.chip {
                            input type="radio" id=(id) name=(name) value=(choice.value) checked[typed == choice.value]
                                accesskey=[choice.access_key];
                            label for=(id) {
                                @if let Some(icon) = choice.icon { (icon) }
                                (choice.label)
                                @if let Some(key) = choice.access_key { (key_of(key)) }
                            }
                        }
                    }
                    (beside)
                }
            }
        }
    }

    /// One colour among several, each shown beside its name; values are « #0a5563 », or a word for one without a sample.
    pub fn colours(&self, name: &str, legend: &str, options: &[(&str, &str)]) -> Markup {
        let typed = self.form.get(name);
        html! {
            fieldset.radios id=(self.id(name)) {
                legend { (legend) }
                div.chips {
                    @for (value, label) in options {
                        @let id = format!("{}{name}-{}", self.prefix, value.trim_start_matches('#'));
                        span.chip {
                            input type="radio" id=(id) name=(name) value=(value) checked[typed == *value];
                            label for=(id) {
                                @if value.starts_with('#') {
                                    svg.swatch viewBox="0 0 16 16" aria-hidden="true" { rect width="16" height="16" rx="3" fill=(value) {} }
                                }
                                (label)
                            }
                        }
                    }
                }
            }
        }
    }

    /// All that is wrong, on top of the form, with links to the fields; it takes the focus.
    pub fn summary(&self) -> Markup {
        let count = self.problems.iter().count() as u64;
        html! {
            @if count > 0 {
                div.summary role="alert" tabindex="-1" autofocus {
                    p.title { (Icon::Urgent) (crate::base::french::count(count, "point à corriger", "points à corriger")) }
                    ul {
                        @for problem in self.problems.iter() {
                            li {
                                @if problem.field.is_empty() { (problem.sentence) }
                                @else { a href={ "#" (self.id(problem.field)) } { (problem.sentence) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One of several radio buttons.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
    pub icon: Option<Icon>,
    pub access_key: Option<char>,
}

impl<'a> Field<'a> {
    /// A sentence under the label that helps before something goes wrong.
    pub fn hint(self, hint: &'a str) -> Self {
        Field { hint, ..self }
    }

    /// How wide: `narrow`, `short`, `wide`, as the styles have it.
    pub fn class(self, class: &'a str) -> Self {
        Field { class, ..self }
    }

    /// What browsers may fill in (WHATWG names); nothing otherwise, for these are other people's data.
    pub fn autocomplete(self, autocomplete: &'a str) -> Self {
        Field { autocomplete, ..self }
    }

    pub fn access_key(self, key: char) -> Self {
        Field { access_key: Some(key), ..self }
    }

    /// Marks the most that is taken; the control lets more be typed and the answer says so, since a browser that cuts a
    /// paste says nothing.
    pub fn chars_max(self, most: usize) -> Self {
        Field { chars_max: Some(most), ..self }
    }

    /// The id of a `datalist` with suggestions.
    pub fn list(self, list: &'a str) -> Self {
        Field { list, ..self }
    }

    pub fn required(self) -> Self {
        Field { required: true, ..self }
    }

    /// Takes the focus when the page opens, unless a summary of problems does.
    pub fn autofocus(self) -> Self {
        self.autofocus_if(true)
    }

    /// The same where the page chooses among several fields.
    pub fn autofocus_if(self, chosen: bool) -> Self {
        Field { autofocus: chosen, ..self }
    }

    fn control(&self, id: &str, described_by: Option<&str>, wrong: bool) -> Markup {
        let typed = self.fields.form.get(self.name);
        let invalid = wrong.then_some("true");
        let focus = self.autofocus && self.fields.problems.is_empty();
        let required = self.required.then_some("true");
        match self.control {
            Control::Line(kind) => html! {
                input id=(id) name=(self.name) type=(kind) value=(typed) autocomplete=(self.autocomplete)
                    inputmode=[some(self.input_mode)] list=[some(self.list)] accesskey=[self.access_key]
                    data-chars-max=[self.chars_max] aria-describedby=[described_by] aria-invalid=[invalid]
                    aria-required=[required] autocapitalize=[self.unspelled.then_some("none")]
                    spellcheck=[self.unspelled.then_some("false")] autofocus[focus];
            },
            Control::Area { rows } => html! {
                // HTML drops a first line break; one of our own keeps a typed one.
                textarea id=(id) name=(self.name) rows=(rows) accesskey=[self.access_key]
                    data-chars-max=[self.chars_max] aria-describedby=[described_by] aria-invalid=[invalid]
                    aria-required=[required] autocomplete="off" autofocus[focus] { "\n" (typed) }
            },
            Control::Select(options) => {
                let known = typed.is_empty() || options.iter().any(|(value, _)| *value == typed);
                html! {
                    select id=(id) name=(self.name) accesskey=[self.access_key] aria-describedby=[described_by]
                        aria-invalid=[invalid] autocomplete=(self.autocomplete) autofocus[focus] {
                        @for (value, label) in options {
                            option value=(value) selected[*value == typed] { (label) }
                        }
                        @if !known { option value=(typed) selected { (typed) } }
                    }
                }
            }
            Control::Password => html! {
                // Room for the button of `password.js`.
                span.with-button {
                    input id=(id) name=(self.name) type="password" autocomplete=(self.autocomplete) data-password
                        aria-describedby=[described_by] aria-invalid=[invalid] aria-required=[required]
                        autocapitalize="none" spellcheck="false" autofocus[focus];
                }
            },
        }
    }
}

impl Render for Field<'_> {
    fn render_to(&self, out: &mut String) {
        let id = self.fields.id(self.name);
        let problem = self.fields.problems.of(self.name);
        let hint_id = (!self.hint.is_empty()).then(|| format!("{id}-indication"));
        let problem_id = problem.map(|_| format!("{id}-erreur"));
        let described_by = match (&hint_id, &problem_id) {
            (Some(hint), Some(problem)) => Some(format!("{problem} {hint}")),
            (hint, problem) => problem.clone().or(hint.clone()),
        };
        html! {
            div class={ "field" @if !self.class.is_empty() { " " (self.class) } @if problem.is_some() { " wrong" } } {
                label for=(id) {
                    (self.label)
                    @if let Some(key) = self.access_key { (key_of(key)) }
                }
                @if let Some(hint_id) = &hint_id { p.hint id=(hint_id) { (self.hint) } }
                @if let (Some(problem), Some(id)) = (problem, &problem_id) { p.problem id=(id) { (Icon::Urgent) (problem) } }
                (self.control(&id, described_by.as_deref(), problem.is_some()))
            }
        }
        .render_to(out);
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The letter of an access key, for eyes; screen readers say it by themselves.
fn key_of(key: char) -> Markup {
    html! { " " kbd aria-hidden="true" { (key.to_ascii_uppercase()) } }
}

/// How much a button matters on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// What the page is for; one a form.
    Main,
    Plain,
    /// Takes something away.
    Grave,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Weight::Main => "button main",
            Weight::Plain => "button",
            Weight::Grave => "button grave",
        }
    }
}

/// The button that sends its form.
pub fn submit(weight: Weight, icon: Icon, label: &str) -> Markup {
    html! { button class=(weight.class()) { (icon) (label) } }
}

/// One of several buttons that send the same form: which one was pressed goes with it.
pub fn submit_as(weight: Weight, icon: Icon, label: &str, name: &str, value: &str) -> Markup {
    html! { button class=(weight.class()) name=(name) value=(value) { (icon) (label) } }
}

/// The same where a page has several alike: screen readers hear which one it is.
pub fn submit_about(weight: Weight, icon: Icon, label: &str, about: &str) -> Markup {
    html! { button class=(weight.class()) { (icon) span { (label) span.quiet { " : " (about) } } } }
}

/// A link that looks like a button, because it stands beside some.
pub fn link(weight: Weight, icon: Icon, label: &str, href: &str) -> Markup {
    html! { a class=(weight.class()) href=(href) { (icon) (label) } }
}

/// A form of one button: a change of state without anything to fill in.
pub fn post(action: &str, fields: &[(&str, &str)], button: &Markup) -> Markup {
    html! {
        form.post method="post" action=(action) {
            @for (name, value) in fields { (hidden(name, value)) }
            (button)
        }
    }
}

/// A form that sends a file. `accept` is what the browser's own window offers first; what came is judged by its content.
pub fn upload(action: &str, name: &str, label: &str, accept: &str, problem: Option<&str>, button: &Markup) -> Markup {
    let problem_id = problem.map(|_| format!("{name}-erreur"));
    html! {
        form.upload method="post" action=(action) enctype="multipart/form-data" {
            div class={ "field" @if problem.is_some() { " wrong" } } {
                label for=(name) { (label) }
                @if let (Some(problem), Some(id)) = (problem, &problem_id) {
                    p.problem id=(id) role="alert" { (Icon::Urgent) (problem) }
                }
                input id=(name) name=(name) type="file" accept=(accept) aria-describedby=[problem_id.as_deref()]
                    aria-invalid=[problem.map(|_| "true")];
            }
            (button)
        }
    }
}

/// A value that goes with the form unseen.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Names of fields that hold passwords: never shown, never sent back to the browser.
const SECRET: [&str; 9] =
    ["pass", "pass2", "actuel", "nouveau", "nouveau2", "confirmation", "code", "secret", "en-tetes"];

/// Names whose values mean nothing to a reader.
const UNSEEN: [&str; 6] = ["unique", "page", "retour", "abonne", "consigne", "revision"];

fn not_secret(fields: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| !SECRET.contains(name))
}

/// What was typed into a form that could not be taken, for eyes.
pub fn typed_shown(fields: &[(String, String)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in not_secret(fields).filter(|(name, value)| !value.is_empty() && !UNSEEN.contains(name)) {
                div { dt { (capitalised(name)) } dd.text dir="auto" { (value) } }
            }
        }
    }
}

/// The same as hidden fields, to be sent again.
pub fn typed_again(fields: &[(String, String)]) -> Markup {
    html! { @for (name, value) in not_secret(fields) { (hidden(name, value)) } }
}

/// « code-postal » as « Code postal ».
fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    first + &letters.as_str().replace('-', " ")
}

/// A search field with its button; asks by GET, so that a search can be bookmarked and repeated.
pub fn search(action: &str, query: &str, label: &str) -> Markup {
    html! {
        search {
            form.search method="get" action=(action) {
                label.quiet for="q" { (label) }
                input id="q" name="q" type="search" value=(query) placeholder=(label) autocomplete="off" spellcheck="false";
                button.button { (Icon::Search) span { "Chercher" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_wrong_keeps_what_was_typed_and_names_its_problem() {
        let form = Form::from_iter([("email", "a<b"), ("civilite", "Lord")]);
        let mut problems = Problems::default();
        problems.add("email", "Pas complet.");
        let fields = Fields::new(&form, &problems);
        let html = fields.email("email", "E-mail").hint("Facultatif").render().into_string();
        for part in [
            "value=\"a&lt;b\"",
            "aria-invalid=\"true\"",
            "aria-describedby=\"email-erreur email-indication\"",
            "id=\"email-erreur\"",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        let select = fields.select("civilite", "Civilité", &[("", "—"), ("M.", "M.")]).render().into_string();
        assert!(select.contains("<option value=\"Lord\" selected>Lord</option>"), "{select}");
        assert!(fields.summary().into_string().contains("<a href=\"#email\">Pas complet.</a>"));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        let form = Form::from_iter([("pass", "secret")]);
        let html = Fields::new(&form, &Problems::default()).password("pass", "Mot de passe").render().into_string();
        assert!(!html.contains("secret"));
    }
}
