//! What anybody may ask of a server, and says nothing of the house: its health, the assets of its pages; and what machines
//! ask, each with a proof of its own: figures for monitors, receipts of SMS.

use crate::backup::store as backup;
use crate::base::{Instant, secret, time};
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::edge::tls::board::Source;
use crate::http::{Answer, Body, Method, Request};
use crate::messages::transmission;
use crate::notices::{outbox, receipts};
use crate::people::Visitor;
use crate::ui::assets;

/// The setting that shows the figures to this machine alone.
const LOOPBACK: &str = "local";

/// `GET /sante`, for monitors: 200 while the data can be read.
pub fn health(house: &House, _: &Request, _: &Visitor) -> Result<Answer> {
    house.store.read(|tx| crate::house::secretariat(tx).map(drop))?;
    Ok(Answer::text(200, "ok"))
}

/// `GET /assets/DIGEST/…`: kept by browsers for good, since another build has another digest.
pub fn asset(_: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let (digest, name): (String, String) = (request.part(0)?, request.part(1)?);
    let asset = assets::find(&digest, &name).ok_or(Error::NotFound)?;
    let gzip = request.takes_gzip() && !asset.gzip.is_empty();
    let mut answer = Answer::status(200)
        .with("Content-Type", asset.content_type)
        .with("Cache-Control", "public, max-age=31536000, immutable")
        .with("Vary", "Accept-Encoding");
    if gzip {
        answer.set("Content-Encoding", "gzip");
    }
    answer.body = Body::Bytes(if gzip { asset.gzip } else { asset.bytes }.into());
    Ok(answer)
}

/// `GET /sms/recu/JETON?…`, or `POST` with a form or JSON: a gateway reports what became of an SMS. The address itself is the
/// proof: it is drawn for one SMS, and was told to nobody else.
pub fn sms_receipt(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let token: String = request.part(0)?;
    house.store.read(|tx| receipts::letter_of(tx, &token))?;
    if matches!(request.method, Method::Get | Method::Post) {
        let mut said = request.query.clone();
        request.form.iter().for_each(|(name, value)| said.push(name, value));
        if let Ok(json) = serde_json::from_str(&request.json) {
            receipts::members(&json, &mut said);
        }
        house.store.write_into_reserve(|tx| match receipts::take(tx, &token, &said, request.now)? {
            Some(letter) => transmission::note(tx, &letter, request.now),
            None => Ok(()),
        })?;
    }
    Ok(Answer::text(200, "ok"))
}

/// `GET /metrics`: figures for Prometheus (text format 0.0.4), where the settings ask for them: for this machine alone, or
/// for who knows the token.
pub fn metrics(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let shown = match house.metrics.as_deref() {
        None => false,
        Some(LOOPBACK) => request.client.is_loopback(),
        Some(token) => {
            let given = request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("");
            secret::same(&secret::token_hash(token), &secret::token_hash(given))
        }
    };
    if !shown {
        return Err(Error::NotFound);
    }
    let figures = house.store.read(outbox::figures)?;
    let age_s = figures.oldest_due.map_or(0, |due| request.now.ms_since(due).max(0) / 1000);
    let mut out = String::new();
    let mut gauge = |name: &str, help: &str, kind: &str, values: &[(&str, u64)]| {
        out.push_str(&format!("# HELP permanence_{name} {help}\n# TYPE permanence_{name} {kind}\n"));
        for (labels, value) in values {
            out.push_str(&format!("permanence_{name}{labels} {value}\n"));
        }
    };
    gauge(
        "outbox_letters",
        "Letters of the outbox by state.",
        "gauge",
        &[
            ("{state=\"waiting\"}", figures.waiting),
            ("{state=\"sent\"}", figures.sent),
            ("{state=\"failed\"}", figures.failed),
            ("{state=\"given_up\"}", figures.given_up),
            ("{state=\"cancelled\"}", figures.cancelled),
        ],
    );
    gauge(
        "outbox_oldest_due_seconds",
        "How long the oldest waiting letter has been due.",
        "gauge",
        &[("", age_s as u64)],
    );
    gauge("data_bytes", "Bytes of the data file.", "gauge", &[("", house.store.file_bytes())]);
    let (last, good) = house.store.read(|tx| Ok((backup::last(tx, 1)?, backup::last_good(tx, request.now)?)))?;
    let seconds = |moment: Instant| u64::try_from(moment.0 / time::SECOND_MS).unwrap_or(0);
    if let Some((begun, good)) = good {
        let moment = [("", seconds(begun))];
        gauge("backup_last_success_timestamp_seconds", "When the last good backup was begun.", "gauge", &moment);
        gauge("backup_last_bytes", "Bytes of the last good backup.", "gauge", &[("", good.bytes)]);
    }
    let failed = last.iter().any(|(_, run)| run.has_failed());
    gauge("backup_failed", "1 when the last backup, or its copy elsewhere, failed.", "gauge", &[("", failed.into())]);
    let https = house.https.known();
    if let Some(certificate) = &https.certificate {
        let ends_s = u64::try_from(certificate.ends_s).unwrap_or(0);
        gauge("certificate_end_timestamp_seconds", "When the certificate of HTTPS ends.", "gauge", &[("", ends_s)]);
    }
    if https.source != Source::Nobody {
        let failing = u64::from(https.failure.is_some());
        gauge("certificate_failing", "1 while a new certificate can't be had or used.", "gauge", &[("", failing)]);
    }
    let mut answer = Answer::text(200, out);
    answer.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    Ok(answer)
}
