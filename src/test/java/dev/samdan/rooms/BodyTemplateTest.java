package dev.samdan.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Json;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BodyTemplateTest {
  private static final String JSON = "application/json";
  private static final Message MESSAGE =
      new Message(
          7,
          "방 \"one\"",
          Instant.parse("2026-11-24T01:42:00Z"),
          Kind.FAILED,
          "sample",
          "sample-dev-api",
          null,
          "a \"quoted\" line\nand {text} & 100%",
          "a",
          "b",
          "http://x/",
          Map.of("author", "정유나", "stage", "Build"));

  @Test
  void values_are_escaped_inside_json() {
    String body =
        new BodyTemplate(
                "{\"t\": \"{text}\", \"r\": \"{room}\", \"who\": \"{author}@{stage}\"}", "", JSON)
            .render(MESSAGE);
    assertThat(Json.tree(body).path("t").asString()).isEqualTo(MESSAGE.text());
    assertThat(Json.tree(body).path("r").asString()).isEqualTo(MESSAGE.room());
    assertThat(Json.tree(body).path("who").asString()).isEqualTo("정유나@Build");
  }

  @Test
  void values_are_encoded_in_a_form_and_plain_in_text() {
    String form =
        new BodyTemplate("payload={text}", "", "application/x-www-form-urlencoded").render(MESSAGE);
    assertThat(form).isEqualTo("payload=a+%22quoted%22+line%0Aand+%7Btext%7D+%26+100%25");
    assertThat(new BodyTemplate("[{kind}] {link}", "", "text/plain").render(MESSAGE))
        .isEqualTo("[failed] http://x/");
  }

  @Test
  void without_a_template_all_is_sent() {
    String body = BodyTemplate.of("none", null, null, JSON).render(MESSAGE);
    assertThat(Json.tree(body).path("kind").asString()).isEqualTo("failed");
    assertThat(Json.tree(body).path("pipeline").asString()).isEqualTo("sample-dev-api");
    assertThat(Json.tree(body).path("at").asString()).isEqualTo("2026-11-24T01:42:00Z");
  }

  @Test
  void mistakes_are_told_when_the_webhook_is_set() {
    assertThatThrownBy(() -> order("{\"text\": \"{texts}\"}"))
        .hasMessageContaining("'{texts}' is not a placeholder")
        .hasMessageContaining("author, commit");
    assertThatThrownBy(() -> order("{\"text\": {text}}"))
        .hasMessageContaining("is sent as JSON, but is not");
    assertThatThrownBy(() -> WebhookOrder.of("room", "ftp://x/?key=hidden"))
        .hasMessageContaining("https://HOST/PATH")
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() ->
            new WebhookOrder(
                "room", "", "http://x/", Map.of("Host", "y"), "none", null, null, Language.EN))
        .hasMessageContaining("'Host'");
    assertThatThrownBy(() ->
            new WebhookOrder("room", "", "http://x/", Map.of(), "irc", null, null, Language.EN))
        .hasMessageContaining("workchat or none");
  }

  private static WebhookOrder order(String body) {
    return new WebhookOrder(
        "room", "", "http://127.0.0.1/", Map.of(), "none", body, null, Language.EN);
  }
}
