//! What anybody may ask of a server, and says nothing of the house: its health and the assets of its pages.

use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Body, Request};
use crate::people::Visitor;
use crate::ui::assets;

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
