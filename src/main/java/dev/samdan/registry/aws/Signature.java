package dev.samdan.registry.aws;

import dev.samdan.base.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 in the Authorization header (AWS IAM user guide, "Create a signed AWS API
 * request").
 *
 * @param scope {@code date/region/service/aws4_request}
 */
record Signature(String accessKeyId, String scope, List<String> signedHeaders, String signature) {
  /** How far the client's clock may be off. */
  static final Duration SKEW = Duration.ofMinutes(5);

  private static final Pattern FORM =
      Pattern.compile(
          "AWS4-HMAC-SHA256"
              + " +Credential=([A-Za-z0-9]{1,128})/([0-9]{8}/[a-z0-9-]{1,64}/[a-z0-9-]{1,64}/aws4_request),"
              + " *SignedHeaders=([a-z0-9;_-]{1,2048}), *Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
  private static final List<String> ALWAYS_SIGNED = List.of("host", "x-amz-date");
  private static final List<String> SIGNED_WHERE_SENT =
      List.of("x-amz-target", "x-amz-security-token", "x-amz-content-sha256");

  /** Reads the header; empty where it is no signature of this version. */
  static Optional<Signature> parse(String header) {
    Matcher matcher = FORM.matcher(header.strip());
    return matcher.matches()
        ? Optional.of(
            new Signature(
                matcher.group(1),
                matcher.group(2),
                List.of(matcher.group(3).split(";")),
                matcher.group(4)))
        : Optional.empty();
  }

  /** The region that the caller speaks to. */
  String region() {
    return scope.split("/")[1];
  }

  /** What a request claims to be signed by; throws what AWS answers where that is nothing. */
  static Signature claimed(String header) {
    if (header.isEmpty()) {
      throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    return parse(header)
        .orElseThrow(() ->
            new AwsError(
                "IncompleteSignatureException",
                "the Authorization header is not a signature of version 4"));
  }

  /** What AWS answers where there is no such key. */
  static AwsError unknownKey() {
    return new AwsError(
        "UnrecognizedClientException",
        "The security token included in the request is invalid."
            + " Make an access key with: samdan token create --aws NAME");
  }

  /**
   * Throws what AWS answers where a request is not signed by the one it names.
   *
   * @param secrets a key's secret; empty where there is no such key
   */
  static Signature verify(
      SignedRequest request, Function<String, Optional<String>> secrets, Instant now) {
    Signature signature = claimed(request.header("authorization"));
    signature.checkHeaders(request);
    signature.checkTime(request.header("x-amz-date"), now);
    String secret = secrets.apply(signature.accessKeyId()).orElseThrow(Signature::unknownKey);
    byte[] expected = signature.expected(request, secret).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(
        expected, signature.signature().getBytes(StandardCharsets.US_ASCII))) {
      throw new AwsError(
          "InvalidSignatureException",
          "The request signature we calculated does not match the signature you provided."
              + " Check your AWS Secret Access Key and signing method.");
    }
    return signature;
  }

  private void checkHeaders(SignedRequest request) {
    List<String> missing = new ArrayList<>();
    ALWAYS_SIGNED.stream().filter(h -> !signedHeaders.contains(h)).forEach(missing::add);
    SIGNED_WHERE_SENT.stream()
        .filter(h -> request.headers().containsKey(h) && !signedHeaders.contains(h))
        .forEach(missing::add);
    signedHeaders.stream().filter(h -> !request.headers().containsKey(h)).forEach(missing::add);
    if (!missing.isEmpty()) {
      throw new AwsError(
          "InvalidSignatureException",
          "these headers must be sent and signed: " + String.join(", ", missing));
    }
    if (request.headers().containsKey("x-amz-security-token")) {
      throw new AwsError(
          "UnrecognizedClientException",
          "keys with a session token are not issued here; unset AWS_SESSION_TOKEN");
    }
    String declared = request.header("x-amz-content-sha256");
    if (declared.matches("[0-9a-f]{64}") && !declared.equals(sha256(request.body()))) {
      throw new AwsError(
          "InvalidSignatureException", "X-Amz-Content-SHA256 is not the hash of the body");
    }
  }

  private void checkTime(String date, Instant now) {
    Instant at;
    try {
      at = LocalDateTime.parse(date, TIME).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new AwsError(
          "IncompleteSignatureException", "X-Amz-Date is not of the form 20260131T235959Z");
    }
    if (!date.substring(0, 8).equals(scope.substring(0, 8))) {
      throw new AwsError(
          "InvalidSignatureException", "the date of the credential is not that of X-Amz-Date");
    }
    if (Duration.between(at, now).abs().compareTo(SKEW) > 0) {
      throw new AwsError(
          "InvalidSignatureException",
          "Signature expired: "
              + date
              + " is more than 5 minutes from "
              + TIME.format(LocalDateTime.ofInstant(now, ZoneOffset.UTC))
              + ". Set the clock of this machine");
    }
  }

  String expected(SignedRequest request, String secret) {
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + request.header("x-amz-date")
            + "\n"
            + scope
            + "\n"
            + sha256(canonical(request).getBytes(StandardCharsets.UTF_8));
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/")) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private String canonical(SignedRequest request) {
    StringBuilder headers = new StringBuilder();
    for (String name : signedHeaders) {
      String value =
          request.headers().getOrDefault(name, List.of()).stream()
              .map(v -> v.strip().replaceAll(" +", " "))
              .collect(Collectors.joining(","));
      headers.append(name).append(':').append(value).append('\n');
    }
    String declared = request.header("x-amz-content-sha256");
    return request.method()
        + "\n"
        + encodedAgain(request.path().isEmpty() ? "/" : request.path())
        + "\n"
        + query(request.query())
        + "\n"
        + headers
        + "\n"
        + String.join(";", signedHeaders)
        + "\n"
        + (declared.isEmpty() ? sha256(request.body()) : declared);
  }

  /** Of all services but S3, the path is encoded once more than it is sent. */
  private static String encodedAgain(String path) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          c < 128 && (Character.isLetterOrDigit(c) || c == '/' || "-._~".indexOf(c) >= 0);
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  private static String query(String query) {
    return query.isEmpty()
        ? ""
        : Arrays.stream(query.split("&", -1))
            .map(p -> p.indexOf('=') < 0 ? p + "=" : p)
            .sorted()
            .collect(Collectors.joining("&"));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Digest.sha256().digest(bytes));
  }
}
