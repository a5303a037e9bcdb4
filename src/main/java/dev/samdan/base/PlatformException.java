package dev.samdan.base;

/**
 * An unexpected end with a code and a message that says what, where and the remedy. Mapped once to
 * HTTP (api) and once to exit codes (cli).
 */
public final class PlatformException extends RuntimeException {
  /** What kind of end it is; {@link #httpStatus()} is its one mapping to HTTP (RFC 9110). */
  public enum Code {
    INVALID(400),
    UNAUTHENTICATED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    CONFLICT(409),
    TOO_LARGE(413),
    RATE_LIMITED(429),
    INTERNAL(500),
    UNAVAILABLE(503);

    private final int httpStatus;

    Code(int httpStatus) {
      this.httpStatus = httpStatus;
    }

    /** The HTTP status that stands for this code. */
    public int httpStatus() {
      return httpStatus;
    }
  }

  private final Code code;

  public PlatformException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public PlatformException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }

  /** The message, never null: the constructors take none. */
  public String text() {
    return String.valueOf(getMessage());
  }

  public static PlatformException invalid(String message) {
    return new PlatformException(Code.INVALID, message);
  }

  public static PlatformException notFound(String message) {
    return new PlatformException(Code.NOT_FOUND, message);
  }

  public static PlatformException conflict(String message) {
    return new PlatformException(Code.CONFLICT, message);
  }

  public static PlatformException unavailable(String message) {
    return new PlatformException(Code.UNAVAILABLE, message);
  }
}
