package dev.samdan.registry;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.util.List;
import java.util.Map;

/**
 * An answer that is an error, in the words of the OCI distribution specification 1.1, "Error
 * Codes".
 */
final class OciError extends RuntimeException {
  enum Code {
    BLOB_UNKNOWN(404),
    BLOB_UPLOAD_INVALID(400),
    BLOB_UPLOAD_UNKNOWN(404),
    DENIED(403),
    DIGEST_INVALID(400),
    MANIFEST_BLOB_UNKNOWN(404),
    MANIFEST_INVALID(400),
    MANIFEST_UNKNOWN(404),
    NAME_INVALID(400),
    NAME_UNKNOWN(404),
    SIZE_INVALID(413),
    TAG_INVALID(400),
    UNAUTHORIZED(401),
    UNSUPPORTED(405),
    UNKNOWN(500);

    final int status;

    Code(int status) {
      this.status = status;
    }
  }

  private static final int INSUFFICIENT_STORAGE = 507;

  private final Code code;
  private final int status;

  OciError(Code code, String message) {
    this(code, code.status, message);
  }

  OciError(Code code, int status, String message) {
    super(message);
    this.code = code;
    this.status = status;
  }

  /** What the registry said, where the request was about a thing with this code for "invalid". */
  static OciError of(PlatformException e, Code invalid, Code unknown) {
    return switch (e.code()) {
      case INVALID -> new OciError(invalid, e.text());
      case NOT_FOUND -> new OciError(unknown, e.text());
      case TOO_LARGE -> new OciError(Code.SIZE_INVALID, e.text());
      case CONFLICT, FORBIDDEN -> new OciError(Code.DENIED, e.text());
      case UNAUTHENTICATED -> new OciError(Code.UNAUTHORIZED, e.text());
      // Of the disk, which only people can mend: clients try again after any other code.
      case UNAVAILABLE -> new OciError(Code.DENIED, INSUFFICIENT_STORAGE, e.text());
      case RATE_LIMITED, INTERNAL -> new OciError(Code.UNKNOWN, e.code().httpStatus(), e.text());
    };
  }

  int status() {
    return status;
  }

  byte[] body() {
    return Json.bytes(
        Map.of(
            "errors",
            List.of(
                Map.of(
                    "code",
                    code.name(),
                    "message",
                    String.valueOf(getMessage()),
                    "detail",
                    Map.of()))));
  }
}
