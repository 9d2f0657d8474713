//! The interface described: the OpenAPI 3.1 document for programs, the page `/api` for people. Both made of `OPERATIONS`.

use super::guard::PER_MINUTE_MAX;
use super::schema::{self, Field};
use super::{Act, Gives, OPERATIONS, Operation};
use crate::base::french;
use crate::error::Result;
use crate::house::{self, House};
use crate::http::{Answer, Method, Request};
use crate::notices::hooks::Kind;
use crate::people::Visitor;
use crate::ui::Frame;
use crate::ui::table::{self, Column};
use maud::{Markup, html};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// `GET /api/v1/openapi.json`.
pub fn openapi(_: &House, _: &Request, _: &Visitor) -> Result<Answer> {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    Ok(Answer::json(200, DOCUMENT.get_or_init(|| document().to_string()).as_str()))
}

/// The whole document.
fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.pattern).or_insert_with(|| json!({}));
        path[method(operation).to_ascii_lowercase()] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Permanence",
            "version": "1",
            "description": "Messages, contacts et agenda des abonnés d’un secrétariat, pour d’autres logiciels.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "jeton": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "jeton": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Probleme": problem() },
            "responses": { "Probleme": {
                "description": "Ce qui ne va pas (RFC 9457).",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Probleme" } } },
            } },
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "erreurs": { "type": "array", "items": {
                "type": "object",
                "required": ["champ", "phrase"],
                "properties": { "champ": { "type": "string" }, "phrase": { "type": "string" } },
            } },
        },
    })
}

fn method(operation: &Operation) -> &'static str {
    if operation.method == Method::Post { "POST" } else { "GET" }
}

fn described(operation: &Operation) -> Value {
    let mut parameters: Vec<Value> = places(operation.pattern).map(place).collect();
    parameters.extend(operation.query.iter().map(asked));
    let mut responses = json!({ operation.status.to_string(): shown(operation) });
    let posts = operation.method == Method::Post;
    let refusals: &[&str] = match (operation.act, posts) {
        (Act::Common(_), _) => &["400", "401", "429", "500"],
        (Act::Hear(_), _) => &["400", "401", "403", "404", "413", "415", "422", "429", "500", "503"],
        (_, false) => &["400", "401", "403", "404", "422", "429", "500", "503"],
        (Act::Bring(_), _) => &["400", "401", "403", "404", "413", "415", "422", "429", "500", "503"],
        (_, true) => &["400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "500", "503"],
    };
    for refusal in refusals.iter().filter(|refusal| **refusal != "412" || operation.guarded) {
        responses[*refusal] = json!({ "$ref": "#/components/responses/Probleme" });
    }
    if matches!(operation.act, Act::Change(_)) {
        parameters.push(header(
            "Idempotency-Key",
            "Rend la demande répétable : envoyée deux fois sous la même clé, elle n’agit qu’une fois.",
            r"^[!-~]{1,200}$",
        ));
    } else if !posts {
        responses["304"] = json!({ "description": "Rien n’a changé depuis l’ETag de If-None-Match." });
        parameters.push(header("If-None-Match", "L’ETag déjà connu.", r#"^(W/)?"[!-~]*"$"#));
    }
    if operation.guarded {
        parameters.push(header(
            "If-Match",
            "L’ETag de la version à modifier ; 412 si elle n’est plus celle d’aujourd’hui.",
            r#"^"[a-z][0-9]{1,9}"$"#,
        ));
    }
    let mut described = json!({
        "operationId": operation.name,
        "summary": operation.title,
        "description": format!("{} {}", operation.about, needed(operation)).trim(),
        "parameters": parameters,
        "responses": responses,
    });
    if operation.takes_file() {
        let mut form = schema::of_object(operation.body, false);
        form["properties"]["fichier"] = json!({ "type": "string", "format": "binary" });
        form["required"] = json!(["fichier"]);
        described["responses"]["200"] =
            json!({ "description": "Ce fichier était déjà arrivé : voici ce qu’il est devenu." });
        described["requestBody"] =
            json!({ "required": true, "content": { "multipart/form-data": { "schema": form } } });
    } else if posts {
        let mut content = json!({ "schema": schema::of_object(operation.body, true) });
        content["example"] = schema::example(operation.body);
        let required = operation.body.iter().any(|field| field.required);
        described["requestBody"] = json!({ "required": required, "content": { "application/json": content } });
    }
    described
}

fn needed(operation: &Operation) -> String {
    match operation.right {
        Some(right) => format!("Droit nécessaire : {}.", right.word()),
        None => String::new(),
    }
}

fn shown(operation: &Operation) -> Value {
    let (schema, example, many) = match operation.gives {
        Gives::Nothing => return json!({ "description": operation.title }),
        Gives::One(schema) => (schema::of_object(schema.fields, true), schema::example(schema.fields), false),
        Gives::Many(one) => (
            json!({
                "type": "object",
                "required": ["donnees"],
                "properties": { "donnees": { "type": "array", "items": schema::of_object(one.fields, true) } },
            }),
            json!({ "donnees": [schema::example(one.fields)] }),
            true,
        ),
    };
    let text = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    let mut headers = json!({
        "ETag": text("La version de ce qui est montré."),
        "RateLimit": text("Ce que le jeton peut encore demander, et jusqu’à quand."),
        "RateLimit-Policy": text("Ce qu’un jeton peut demander."),
    });
    if many {
        headers["Link"] = text("rel=\"next\" : la suite, s’il y en a une.");
    }
    if operation.method == Method::Post {
        headers["Location"] = text("Où cela se lit.");
    }
    json!({
        "description": operation.title,
        "headers": headers,
        "content": { "application/json": { "schema": schema, "example": example } },
    })
}

fn places(pattern: &'static str) -> impl Iterator<Item = &'static str> {
    pattern.split('/').filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'))
}

fn place(name: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true, "example": 1,
        "schema": { "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_992_i64 },
    })
}

fn asked(field: &Field) -> Value {
    let mut schema = schema::of_field(&Field { nullable: false, ..*field });
    let about = schema.as_object_mut().and_then(|schema| schema.remove("description")).unwrap_or_default();
    json!({
        "name": field.name, "in": "query", "required": field.required,
        "description": about.as_str().unwrap_or(""), "schema": schema,
        "example": serde_json::from_str::<Value>(field.example).unwrap_or_default(),
    })
}

fn header(name: &str, about: &str, pattern: &str) -> Value {
    json!({
        "name": name, "in": "header", "required": false, "description": about,
        "schema": { "type": "string", "pattern": pattern },
    })
}

/// `GET /api`.
pub fn page(house: &House, _: &Request, _: &Visitor) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let frame = Frame::new(&secretariat.name, "L’interface pour d’autres logiciels");
    Ok(Answer::page(200, frame.page(&readable()).into_string()))
}

/// The whole interface on one page.
pub fn readable() -> Markup {
    html! {
        div.head { h1 { "L’interface pour d’autres logiciels" } }
        p { "Un logiciel du cabinet ou un système téléphonique lit et écrit ici ce que les écrans montrent, en JSON, sous " code { "/api/v1" } ". La description pour programmes est un document OpenAPI 3.1 : " a href="/api/v1/openapi.json" { "openapi.json" } "." }
        section.panel aria-labelledby="regles" {
            h2 #regles { "Les règles" }
            ul {
                li { "Chaque demande porte un jeton, fait sous « Mon compte » : " code { "Authorization: Bearer perm_…" } ". Il voit les abonnés et a les droits choisis alors ; tout le reste répond 404 ou 403." }
                li { "Un jeton demande " (french::grouped(PER_MINUTE_MAX.into())) " fois par minute au plus ; les en-têtes " code { "RateLimit" } " disent ce qui reste, et une réponse 429 quand réessayer." }
                li { "Avec l’en-tête " code { "Idempotency-Key" } ", un POST envoyé deux fois n’agit qu’une fois. La clé vaut un jour." }
                li { "Chaque lecture porte un " code { "ETag" } " : envoyé dans " code { "If-None-Match" } ", il épargne ce qui n’a pas changé (304) ; dans " code { "If-Match" } ", il protège ce que quelqu’un d’autre aurait modifié (412)." }
                li { "Une liste longue mène à sa suite par l’en-tête " code { "Link" } "." }
                li { "Les erreurs sont du " code { "application/problem+json" } " (RFC 9457), avec les phrases des écrans, champ par champ." }
                li { "Les moments sont donnés avec leur décalage (RFC 3339), les rendez-vous aussi en date et heure du fuseau de l’abonné, les téléphones en E.164." }
            }
        }
        section.panel aria-labelledby="webhooks" {
            h2 #webhooks { "Être prévenu : les webhooks" }
            p { "Un administrateur donne l’adresse de votre logiciel, et ce qui arrive y est envoyé par POST, signé comme le veut Standard Webhooks (" code { "webhook-id" } ", " code { "webhook-timestamp" } ", " code { "webhook-signature" } ")." }
            ul { @for kind in Kind::ALL { li { code { (kind.word()) } " : " (kind.label()) } } }
            p { code { "{\"type\":\"message.created\",\"timestamp\":\"2026-11-24T09:00:00Z\",\"data\":{\"abonne\":3,\"numero\":1350,\"adresse\":\"/api/v1/abonnes/3/messages/1350\"}}" } }
            p { "Répondez 2xx en moins de quinze secondes ; sinon la demande revient sous le même " code { "webhook-id" } ", pendant un jour. « numero » est null quand un fichier entier a été importé. 410 arrête le webhook." }
        }
        @for operation in OPERATIONS { (operation_readable(operation)) }
    }
}

fn operation_readable(operation: &Operation) -> Markup {
    html! {
        section.panel aria-labelledby=(operation.name) {
            h2 id=(operation.name) { (operation.title) }
            p { code { (method(operation)) " " (operation.pattern) } }
            @if !operation.about.is_empty() { p { (operation.about) } }
            @if let Some(right) = operation.right { p.hint { "Droit : " (right.word()) } }
            (fields("Paramètres", operation.query))
            (fields("Corps", operation.body))
            @match operation.gives {
                Gives::Nothing => p.hint { "Réponse " (operation.status) ", sans corps." },
                Gives::One(schema) => (fields(&format!("Réponse {} : {}", operation.status, schema.name), schema.fields)),
                Gives::Many(schema) => (fields(&format!("Réponse {}, liste : {}", operation.status, schema.name), schema.fields)),
            }
        }
    }
}

fn fields(caption: &str, fields: &[Field]) -> Markup {
    let columns: [Column<'_>; 3] = [table::text("Nom"), table::text("Exemple"), table::text("Remarque")];
    let rows: Vec<Vec<Markup>> = fields
        .iter()
        .map(|field| {
            let example = match field.example {
                "" => schema::example(std::slice::from_ref(field))[field.name].to_string(),
                text => text.to_owned(),
            };
            vec![
                html! { code { (field.name) } @if field.required { " *" } },
                html! { code { (example) } },
                html! { (field.about) },
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            details {
                summary { (caption) }
                (table::table(caption, &columns, &rows))
                p.hint { "* toujours présent ou nécessaire." }
            }
        }
    }
}
