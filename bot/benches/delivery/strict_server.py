"""One strict platform in a process of its own: `python -m bot.benches.delivery.strict_server telegram`.

It writes its address in one line and ends when its standard input does, so that none outlives its bench.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web

from bot.benches.delivery.strict_telegram import StrictTelegram
from bot.benches.delivery.strict_whatsapp import StrictWhatsApp

PLATFORMS = {"telegram": StrictTelegram, "whatsapp": StrictWhatsApp}


async def _serve(name: str) -> None:
    platform = PLATFORMS[name]()
    runner = web.ServerRunner(web.Server(platform.serve, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await platform.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
