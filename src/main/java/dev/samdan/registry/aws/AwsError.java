package dev.samdan.registry.aws;

import dev.samdan.base.PlatformException;

/** An answer that is an error, under the name that AWS's clients know it by. */
final class AwsError extends RuntimeException {
  private final String type;
  private final int status;

  AwsError(String type, String message) {
    this(type, 400, message);
  }

  AwsError(String type, int status, String message) {
    super(message, null, false, false);
    this.type = type;
    this.status = status;
  }

  static AwsError of(PlatformException e) {
    return switch (e.code()) {
      case NOT_FOUND, INVALID, TOO_LARGE -> new AwsError("InvalidParameterException", e.text());
      case CONFLICT -> new AwsError("ValidationException", e.text());
      case FORBIDDEN, UNAUTHENTICATED -> new AwsError("AccessDeniedException", e.text());
      case RATE_LIMITED -> new AwsError("ThrottlingException", e.text());
      case INTERNAL, UNAVAILABLE -> new AwsError("ServerException", 500, e.text());
    };
  }

  String type() {
    return type;
  }

  int status() {
    return status;
  }
}
