"""TLS in front of a server that has none: takes connections of https, and passes their bytes on."""
import asyncio
import pathlib
import ssl
import subprocess
import threading

CHUNK = 65536


def certificate(folder):
    """A certificate for localhost that is its own authority, and its key. Made once."""
    folder.mkdir(parents=True, exist_ok=True)
    made, key = folder / "localhost.pem", folder / "localhost.key"
    if not (made.exists() and key.exists()):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", made],
                       check=True, stderr=subprocess.DEVNULL)
    return made, key


class TlsFront:
    """Listens on a free port of this machine until it is closed. The server behind it may change: `port_of_server` is asked for each connection."""

    def __init__(self, folder: pathlib.Path, port_of_server):
        self.authority, key = certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.authority, key)
        self._port_of_server = port_of_server
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # of clients that go; the test sees what becomes of its own
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context), self._loop)
        self.port = listening.result().sockets[0].getsockname()[1]

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _serve(self, client_reader, client_writer):
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._port_of_server())
        except OSError:
            client_writer.close()
            return
        await asyncio.gather(self._pass_on(client_reader, server_writer), self._pass_on(server_reader, client_writer))

    @staticmethod
    async def _pass_on(source, sink):
        try:
            while received := await source.read(CHUNK):
                sink.write(received)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()
