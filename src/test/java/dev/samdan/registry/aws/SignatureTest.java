package dev.samdan.registry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Fuzz;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
  /** The example that AWS's documentation of Signature Version 4 gives (IAM, ListUsers). */
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");

  private static SignedRequest listUsers(String authorization) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("content-type", List.of("application/x-www-form-urlencoded; charset=utf-8"));
    headers.put("host", List.of("iam.amazonaws.com"));
    headers.put("x-amz-date", List.of("20150830T123600Z"));
    headers.put("authorization", List.of(authorization));
    return new SignedRequest(
        "GET", "/", "Action=ListUsers&Version=2010-05-08", headers, new byte[0]);
  }

  private static final String EXAMPLE =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
          + "SignedHeaders=content-type;host;x-amz-date, "
          + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

  private static Signature verify(SignedRequest request, Instant now) {
    return Signature.verify(
        request, id -> id.equals("AKIDEXAMPLE") ? Optional.of(SECRET) : Optional.empty(), now);
  }

  @Test
  void the_documented_example_is_verified() {
    Signature signature = verify(listUsers(EXAMPLE), NOW);

    assertThat(signature.accessKeyId()).isEqualTo("AKIDEXAMPLE");
    assertThat(signature.region()).isEqualTo("us-east-1");
  }

  @Test
  void any_change_of_what_is_signed_is_refused() {
    SignedRequest good = listUsers(EXAMPLE);
    List<SignedRequest> changed =
        List.of(
            new SignedRequest("POST", "/", good.query(), good.headers(), good.body()),
            new SignedRequest("GET", "/other", good.query(), good.headers(), good.body()),
            new SignedRequest("GET", "/", "Action=DeleteUser", good.headers(), good.body()),
            new SignedRequest(
                "GET", "/", good.query(), good.headers(), "x".getBytes(StandardCharsets.UTF_8)));

    assertThat(changed).allSatisfy(request -> refused(request, NOW, "InvalidSignatureException"));
    refused(listUsers(EXAMPLE.replace("5d67", "5d68")), NOW, "InvalidSignatureException");
  }

  @Test
  void a_clock_that_is_off_by_more_than_five_minutes_is_refused() {
    assertThat(verify(listUsers(EXAMPLE), NOW.plus(Duration.ofMinutes(5)))).isNotNull();
    assertThat(verify(listUsers(EXAMPLE), NOW.minus(Duration.ofMinutes(5)))).isNotNull();
    refused(listUsers(EXAMPLE), NOW.plus(Duration.ofSeconds(301)), "InvalidSignatureException");
    refused(listUsers(EXAMPLE), NOW.minus(Duration.ofSeconds(301)), "InvalidSignatureException");
  }

  @Test
  void what_must_be_signed_is_named() {
    String unsigned = EXAMPLE.replace("content-type;host;x-amz-date", "content-type;x-amz-date");
    assertThatThrownBy(() -> verify(listUsers(unsigned), NOW)).hasMessageContaining("host");
    SignedRequest request = listUsers(EXAMPLE);
    request.headers().put("x-amz-target", List.of("X.Delete"));
    assertThatThrownBy(() -> verify(request, NOW)).hasMessageContaining("x-amz-target");
  }

  @Test
  void an_unknown_key_is_refused_with_the_way_to_one() {
    refused(
        listUsers(EXAMPLE.replace("AKIDEXAMPLE", "AKIDOTHER")), NOW, "UnrecognizedClientException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic abc",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
        "AWS4-ECDSA-P256-SHA256 Credential=x"
      })
  void what_is_no_signature_is_refused(String header) {
    refused(listUsers(header), NOW, "IncompleteSignatureException");
  }

  private static void refused(SignedRequest request, Instant now, String type) {
    assertThatThrownBy(() -> verify(request, now))
        .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  @Test
  void a_mutated_header_never_does_more_than_be_refused() {
    long seed = Long.getLong("samdan.seed", System.nanoTime());
    System.out.println("SignatureTest: -Dsamdan.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder header = new StringBuilder(EXAMPLE);
      for (int n = random.nextInt(6); n >= 0; n--) {
        int at = random.nextInt(header.length());
        switch (random.nextInt(3)) {
          case 0 -> header.deleteCharAt(at);
          case 1 -> header.insert(at, (char) random.nextInt(0x250));
          default -> header.setCharAt(at, (char) (32 + random.nextInt(95)));
        }
      }
      String mutated = header.toString();
      try {
        Signature taken = verify(listUsers(mutated), NOW);
        assertThat(taken.signature()).isEqualTo(EXAMPLE.substring(EXAMPLE.length() - 64));
      } catch (AwsError e) {
        assertThat(e.status()).isEqualTo(400);
      }
    }
  }

  /** Whatever a header says, the answer is one of AWS's refusals. */
  @Test
  @Tag("fuzz")
  void any_header_is_refused_as_aws_does() {
    Fuzz.ofTexts("a signature", EXAMPLE)
        .refusing(AwsError.class)
        .runTexts(text -> verify(listUsers(text), NOW));
    Fuzz.ofTexts("a date", "20150830T123600Z")
        .refusing(AwsError.class)
        .runTexts(text -> {
          Map<String, List<String>> headers = new LinkedHashMap<>(listUsers(EXAMPLE).headers());
          headers.put("x-amz-date", List.of(text));
          verify(new SignedRequest("GET", "/" + text, text, headers, new byte[0]), NOW);
        });
  }
}
