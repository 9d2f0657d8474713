"""A mail server for the stories: aiosmtpd, whose recipients each behave in their own way.

Says on standard output « port N » once it listens, then one JSON object a line for each mail that it has taken.
By the recipient's name before « @ »: refuse (550), plein (452), comble (552), gris (450 the first two times), coupe (hangs up
in DATA the first time), lent (answers RCPT after four seconds); others are taken at once.
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--at-once", action="store_true")
arguments.add_argument("--login")
arguments.add_argument("--password")
arguments.add_argument("--quiet", action="store_true")
options = arguments.parse_args()
seen = {}


def say(thing):
    sys.stdout.write(thing + "\n")
    sys.stdout.flush()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = address.split("@")[0]
        seen[name] = seen.get(name, 0) + 1
        if name == "refuse":
            return "550 5.1.1 Boite inconnue ici"
        if name == "plein":
            return "452 4.2.2 Boite pleine"
        if name == "comble":
            return "552 5.2.2 Quota depasse"
        if name == "gris" and seen[name] <= 2:
            return "450 4.7.1 Liste grise, revenez plus tard"
        if name == "lent":
            await asyncio.sleep(4)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "coupe" and seen[name] == 1:
            server.transport.abort()
            return "421 hung up"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if options.quiet:
            say(json.dumps({"id": message["Message-ID"], "to": envelope.rcpt_tos[0]}))
            return "250 2.0.0 Accepte"
        say(
            json.dumps(
                {
                    "sender": envelope.mail_from,
                    "to": envelope.rcpt_tos[0],
                    "tls": options.at_once or session.ssl is not None,
                    "login": session.auth_data.decode() if session.auth_data else "",
                    "headers": {key.lower(): str(value) for key, value in message.items()},
                    "names": [key.lower() for key in message.keys()],
                    "text": message.get_body(("plain",)).get_content(),
                    "html": message.get_body(("html",)).get_content(),
                    "calendars": [
                        {"kind": part["Content-Type"], "text": part.get_payload(decode=True).decode()}
                        for part in message.walk()
                        if part.get_content_type() == "text/calendar"
                    ],
                    "files": {
                        part.get_filename(): part.get_content()
                        if part.get_content_type() == "text/html"
                        else base64.b64encode(part.get_payload(decode=True)).decode()
                        for part in message.iter_attachments()
                        if part.get_filename()
                    },
                    "at": time.time(),
                }
            )
        )
        return f"250 2.0.0 Accepte sous le numero {seen[name]}"


def authenticator(server, session, envelope, mechanism, data):
    right = data.login.decode() == options.login and data.password.decode() == options.password
    session.auth_data = data.login
    return AuthResult(success=right, auth_data=data.login)


class House(Controller):
    def factory(self):
        tls = self.context if self.context and not options.at_once else None
        return SMTP(
            self.handler,
            enable_SMTPUTF8=True,
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=authenticator if options.login else None,
            auth_required=bool(options.login),
            # Of TLS from the first byte it knows nothing.
            auth_require_tls=bool(options.certificate) and not options.at_once,
        )


context = None
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
house = House(Handler(), hostname="127.0.0.1", port=options.port or 0)
house.context = context
house.ssl_context = context if options.at_once else None

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)


async def listen():
    server = await loop.create_server(house.factory, "127.0.0.1", options.port, ssl=house.ssl_context)
    say(f"port {server.sockets[0].getsockname()[1]}")


loop.run_until_complete(listen())
loop.run_forever()
