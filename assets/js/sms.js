// Says how long an SMS is while it is typed: [data-sms-length="essai"] beside the field of that id. The server counts the
// same (src/notices/telephone.rs); without this module its count of the last load stands.

// 3GPP TS 23.038, 6.2.1.
const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENDED = new Set("^{}\\[~]|€\f");
const PLAIN = [[/[’‘ʼ]/g, "'"], [/«[ \u00a0\u202f\u2009]?|[ \u00a0\u202f\u2009]?»|[“”„]/g, '"'], [/…/g, "..."], [/[–—\u2011]/g, "-"],
  [/[\u00a0\u202f\u2009\t]/g, " "], [/°/g, "o"], [/œ/g, "oe"], [/Œ/g, "OE"]];

for (const line of document.querySelectorAll("[data-sms-length]")) {
  const field = document.getElementById(line.dataset.smsLength);
  if (!field) continue;
  const show = () => {
    const { units, parts, wide } = lengthOf(plain(field.value));
    const said = `${units} ${units < 2 ? "caractère" : "caractères"}, ${parts} SMS`;
    line.textContent = wide ? `${said} (un caractère hors de l’alphabet des SMS en réduit la place)` : said;
  };
  field.addEventListener("input", show);
  show();
}

export function plain(text) {
  return PLAIN.reduce((done, [found, instead]) => done.replace(found, instead), text).trim();
}

export function lengthOf(text) {
  const signs = [...text];
  const wide = signs.some((sign) => !BASIC.has(sign) && !EXTENDED.has(sign));
  const size = (sign) => (wide ? sign.length : EXTENDED.has(sign) ? 2 : 1);
  const units = signs.reduce((sum, sign) => sum + size(sign), 0);
  const [alone, each] = wide ? [70, 67] : [160, 153];
  if (units <= alone) return { units, parts: units ? 1 : 0, wide };
  let parts = 1;
  let used = 0;
  for (const sign of signs) {
    // A sign that takes two places is never cut in two.
    if (used + size(sign) > each) {
      parts += 1;
      used = 0;
    }
    used += size(sign);
  }
  return { units, parts, wide };
}
