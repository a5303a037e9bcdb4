package dev.samdan.github;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.github.GitHubApi.Answer;
import dev.samdan.github.GitHubApi.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Tokens of a GitHub App's installation, each kept in memory until shortly before its hour is over
 * (GitHub's page "Authenticating as a GitHub App installation").
 */
final class Tokens {
  private static final Duration SPARE = Duration.ofMinutes(5);

  /** The sequence before a PKCS#1 key in a PKCS#8 one (RFC 5208, RFC 8017 appendix A.1.1). */
  private static final byte[] RSA = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private final GitHubApi api;
  private final Map<String, Token> kept = new ConcurrentHashMap<>();

  Tokens(GitHubApi api) {
    this.api = api;
  }

  private record Token(String value, Instant expiresAt) {
    @Override
    public String toString() {
      return "Token until " + expiresAt;
    }
  }

  /**
   * A token for what the app may do in a repository.
   *
   * @param privateKey of the app, as GitHub hands it out
   * @throws PlatformException INVALID where GitHub refuses, UNAVAILABLE where it does not answer
   */
  String of(String root, String fullName, String appId, String privateKey) {
    String place = root + " " + fullName + " " + appId + " " + privateKey.hashCode();
    Token known = kept.get(place);
    if (known != null && known.expiresAt().isAfter(Instant.now().plus(SPARE))) {
      return known.value();
    }
    String proof = proof(appId, privateKey);
    JsonNode installation =
        done(api.send(root, Request.get("/repos/" + fullName + "/installation", proof)), fullName);
    String path = "/app/installations/" + installation.path("id").asLong(0) + "/access_tokens";
    JsonNode issued = done(api.send(root, Request.post(path, Map.of(), proof)), fullName);
    Token token =
        new Token(
            Objects.requireNonNull(issued.path("token").asString("")),
            Instant.parse(issued.path("expires_at").asString(Instant.now().toString())));
    kept.put(place, token);
    return token.value();
  }

  private static JsonNode done(Answer answer, String fullName) {
    return switch (answer) {
      case Answer.Done(JsonNode body, var _) -> body;
      case Answer.Refused(int status, String reason) ->
          throw PlatformException.invalid(
              "GitHub gives the app no access to "
                  + fullName
                  + " ("
                  + reason
                  + "): "
                  + (status == 401
                      ? "check the app's id and private key"
                      : "install the app for this repository"));
      case Answer.Later(String reason, Duration _) ->
          throw PlatformException.unavailable("GitHub's API " + reason);
      case Answer.Unchanged() -> throw PlatformException.unavailable("GitHub's API answered 304");
    };
  }

  /** A JSON Web Token by which the app proves who it is, for ten minutes at most (RFC 7519). */
  static String proof(String appId, String privateKey) {
    long now = Instant.now().getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iat", now - 60);
    claims.put("exp", now + 540);
    claims.put("iss", appId);
    String content =
        base64(Json.bytes(Map.of("alg", "RS256", "typ", "JWT"))) + "." + base64(Json.bytes(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key(privateKey));
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + base64(signature.sign());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "the app's private key is none: it is the .pem file that GitHub handed out",
          e);
    }
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]*-----", ""));
    byte[] pkcs8 = pem.contains("BEGIN RSA PRIVATE KEY") ? wrapped(der) : der;
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static byte[] wrapped(byte[] pkcs1) {
    return tagged(0x30, joined(RSA, tagged(0x04, pkcs1)));
  }

  /** DER's tag, length in two bytes, value. */
  private static byte[] tagged(int tag, byte[] value) {
    byte[] head = {(byte) tag, (byte) 0x82, (byte) (value.length >> 8), (byte) value.length};
    return joined(head, value);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
