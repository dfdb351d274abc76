/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-http.h"

#include <gio/gio.h>
#include <string.h>

/*
 * The two pieces of HTTP that serving files to a page needs: which bytes a Range header asks for,
 * without which no video can be sought in, and what type a file has. The types of the web's own
 * formats come from a table, because pages break when a machine's database lacks one of them
 * (modules and WebAssembly are refused under another type).
 */

#define TEXT "; charset=utf-8"

static const struct
{
  const char *extension;
  const char *type;
} types[] = {
  { "aac", "audio/aac" },
  { "apng", "image/apng" },
  { "avif", "image/avif" },
  { "bmp", "image/bmp" },
  { "cjs", "text/javascript" TEXT },
  { "css", "text/css" TEXT },
  { "csv", "text/csv" TEXT },
  { "flac", "audio/flac" },
  { "gif", "image/gif" },
  { "glb", "model/gltf-binary" },
  { "gltf", "model/gltf+json" },
  { "gz", "application/gzip" },
  { "htm", "text/html" TEXT },
  { "html", "text/html" TEXT },
  { "ico", "image/vnd.microsoft.icon" },
  { "ics", "text/calendar" TEXT },
  { "jpeg", "image/jpeg" },
  { "jpg", "image/jpeg" },
  { "js", "text/javascript" TEXT },
  { "json", "application/json" TEXT },
  { "jsonld", "application/ld+json" TEXT },
  { "jxl", "image/jxl" },
  { "m4a", "audio/mp4" },
  { "m4v", "video/mp4" },
  { "map", "application/json" TEXT },
  { "md", "text/markdown" TEXT },
  { "mjs", "text/javascript" TEXT },
  { "mp3", "audio/mpeg" },
  { "mp4", "video/mp4" },
  { "oga", "audio/ogg" },
  { "ogg", "audio/ogg" },
  { "ogv", "video/ogg" },
  { "opus", "audio/ogg" },
  { "otf", "font/otf" },
  { "pdf", "application/pdf" },
  { "png", "image/png" },
  { "svg", "image/svg+xml" TEXT },
  { "tif", "image/tiff" },
  { "tiff", "image/tiff" },
  { "ttf", "font/ttf" },
  { "txt", "text/plain" TEXT },
  { "vtt", "text/vtt" TEXT },
  { "wasm", "application/wasm" },
  { "wav", "audio/wav" },
  { "webm", "video/webm" },
  { "webmanifest", "application/manifest+json" TEXT },
  { "webp", "image/webp" },
  { "woff", "font/woff" },
  { "woff2", "font/woff2" },
  { "xhtml", "application/xhtml+xml" TEXT },
  { "xml", "application/xml" TEXT },
  { "zip", "application/zip" },
};

static const char *
skip_space (const char *p)
{
  while (*p == ' ' || *p == '\t')
    p++;

  return p;
}

/* Reads digits; a number that is too large becomes the largest one. FALSE when there are none. */
static gboolean
read_position (const char **position, guint64 *value)
{
  const char *p = *position;
  guint64 result = 0;

  if (!g_ascii_isdigit (*p))
    return FALSE;
  for (; g_ascii_isdigit (*p); p++)
    {
      guint digit = (guint) g_ascii_digit_value (*p);

      if (result > (G_MAXUINT64 - digit) / 10)
        result = G_MAXUINT64;
      else
        result = result * 10 + digit;
    }
  *position = p;
  *value = result;

  return TRUE;
}

/**
 * bh_http_parse_range:
 * @header: (nullable): the value of a Range header, such as `bytes=0-99`
 * @size: how many bytes there are
 * @first: (out): the first byte to send, with %BH_RANGE_PART
 * @last: (out): the last byte to send, with %BH_RANGE_PART
 *
 * Reads a Range header (RFC 9110, 14.1.2 and 14.2). A server may answer with the whole when it
 * does not like a header: that is done for several ranges and for malformed ones.
 *
 * Returns: what to send
 */
BhRange
bh_http_parse_range (const char *header, guint64 size, guint64 *first, guint64 *last)
{
  const char *p = header;
  guint64 start = 0;
  guint64 end = G_MAXUINT64;
  gboolean has_start;
  gboolean has_end;

  g_return_val_if_fail (first != NULL && last != NULL, BH_RANGE_NONE);

  *first = 0;
  *last = 0;
  if (header == NULL)
    return BH_RANGE_NONE;

  p = skip_space (p);
  if (g_ascii_strncasecmp (p, "bytes=", strlen ("bytes=")) != 0)
    return BH_RANGE_NONE;
  p = skip_space (p + strlen ("bytes="));
  has_start = read_position (&p, &start);
  if (*p != '-')
    return BH_RANGE_NONE;
  p++;
  has_end = read_position (&p, &end);
  if (*skip_space (p) != '\0' || (!has_start && !has_end))
    return BH_RANGE_NONE;

  if (!has_start)
    {
      /* The last so many bytes. */
      if (end == 0 || size == 0)
        return BH_RANGE_UNSATISFIABLE;
      *first = size - MIN (end, size);
      *last = size - 1;
      return BH_RANGE_PART;
    }
  if (start > end)
    return BH_RANGE_NONE;
  if (start >= size)
    return BH_RANGE_UNSATISFIABLE;

  *first = start;
  *last = MIN (end, size - 1);

  return BH_RANGE_PART;
}

static const char *
find_type (const char *path)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  const char *extension = strrchr (name, '.');

  if (extension == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (extension + 1, types[i].extension) == 0)
      return types[i].type;

  return NULL;
}

/**
 * bh_http_content_type:
 * @path: (type filename): the file's path or name
 * @head: (array length=length) (nullable): how the file begins
 * @length: how many bytes @head has
 *
 * Finds the Content-Type for a file by its name, and where that tells nothing by how it begins.
 *
 * Returns: (transfer full): a MIME type, with the character set for texts, which are UTF-8
 */
char *
bh_http_content_type (const char *path, const guint8 *head, gsize length)
{
  g_autofree char *content_type = NULL;
  g_autofree char *mime_type = NULL;
  const char *known;

  g_return_val_if_fail (path != NULL, NULL);

  known = find_type (path);
  if (known != NULL)
    return g_strdup (known);

  content_type = g_content_type_guess (path, head, length, NULL);
  mime_type = g_content_type_get_mime_type (content_type);
  if (mime_type == NULL || strchr (mime_type, '/') == NULL || g_str_has_prefix (mime_type, "inode/")
      || g_str_equal (mime_type, "application/x-zerosize"))
    return g_strdup ("application/octet-stream");
  if (g_str_has_prefix (mime_type, "text/"))
    return g_strconcat (mime_type, TEXT, NULL);

  return g_steal_pointer (&mime_type);
}
