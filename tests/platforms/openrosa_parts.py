"""A posted submission taken apart, for the local servers that speak OpenRosa."""

from __future__ import annotations

from aiohttp import BodyPartReader, web


async def posted(request: web.Request, *, by_file_name: bool = False) -> tuple[bytes, dict[str, bytes]]:
    """The XML, and the files by the name of their part (or of the file)."""
    xml, files = b"", {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read())
        if part.name == "xml_submission_file":
            xml = content
        else:
            files[str(part.filename if by_file_name else part.name)] = content
    return xml, files


def response(status: int, message: str) -> web.Response:
    """An OpenRosaResponse."""
    body = (
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{"error" if status >= 400 else ""}">{message}</message></OpenRosaResponse>'
    )
    return web.Response(text=body, status=status, content_type="text/xml")
