package dev.samdan.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.application.Applications;
import dev.samdan.base.Json;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.Identity;
import dev.samdan.pipeline.Pipelines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomsTest {
  private static final Outbox.Retry FAST =
      new Outbox.Retry(
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          Duration.ofMillis(20));
  private static final Outbox.Retry IMPATIENT =
      new Outbox.Retry(
          Duration.ofMillis(20),
          Duration.ofMillis(20),
          Duration.ofMillis(60),
          Duration.ofMillis(20));
  private static final String DEV = "52g Studio Dev Test";

  @TempDir private Path home;
  private final Database database = TestDatabase.fresh();
  private final Applications applications = new Applications(database);
  private Pipelines pipelines;
  private Rooms rooms;

  @BeforeEach
  void open() {
    pipelines = new Pipelines(database, home);
    rooms = rooms(FAST);
  }

  @AfterEach
  void close() {
    rooms.close();
    pipelines.close();
    database.close();
  }

  @Test
  void a_room_without_a_webhook_keeps_and_shows() {
    rooms.post(Post.note(DEV, null, "first"));
    long second = rooms.post(Post.note(DEV, null, "second\nwith a detail"));
    assertThat(rooms.read(DEV, Language.EN, 0, 10))
        .extracting(Message::sentence)
        .containsExactly("first", "second");
    assertThat(rooms.read(DEV, Language.EN, second, 10))
        .extracting(Message::text)
        .containsExactly("first");
    assertThat(rooms.read(DEV, Language.EN, Long.MAX_VALUE, 1))
        .extracting(Message::detail)
        .containsExactly("with a detail");
    assertThat(rooms.find(DEV, Language.EN, "").orElseThrow().webhooks()).isEmpty();
  }

  @Test
  void what_a_reader_has_not_seen_is_counted_for_that_reader() {
    long first = rooms.post(Post.note(DEV, null, "first"));
    rooms.post(Post.note(DEV, null, "second"));
    rooms.markRead(DEV, "yuna", first);
    assertThat(rooms.find(DEV, Language.EN, "yuna").orElseThrow().unread()).isEqualTo(1);
    assertThat(rooms.find(DEV, Language.EN, "haneul").orElseThrow().unread()).isEqualTo(2);
    assertThat(rooms.find(DEV, Language.EN, "yuna").orElseThrow().readUpTo()).isEqualTo(first);
  }

  @Test
  void what_is_said_of_another_application_is_neither_shown_nor_counted() {
    List<String> own = List.of("sample");
    rooms.post(Post.note(DEV, "sample", "ours"));
    rooms.post(Post.note(DEV, null, "everybody's"));
    long last = rooms.post(Post.note(DEV, "staff", "theirs"));
    rooms.post(Post.note("staff", "staff", "theirs too"));

    assertThat(rooms.read(DEV, Language.EN, 0, 2, own))
        .extracting(Message::sentence)
        .containsExactly("ours", "everybody's");
    assertThat(rooms.since(Instant.EPOCH, Language.EN, 2, own))
        .extracting(Message::sentence)
        .containsExactly("ours", "everybody's");
    Room room = rooms.list(Language.EN, "yuna", own).getFirst();
    assertThat(room.unread()).isEqualTo(2);
    assertThat(Objects.requireNonNull(room.newest()).sentence()).isEqualTo("everybody's");
    assertThat(rooms.unread("yuna", own)).isEqualTo(Map.of(DEV, 2));
    assertThat(rooms.unread("yuna", null)).isEqualTo(Map.of(DEV, 3, "staff", 1));
    rooms.markRead(DEV, "yuna", last);
    assertThat(rooms.unread("yuna", null)).isEqualTo(Map.of("staff", 1));
  }

  @Test
  void an_environment_makes_its_room_known() {
    applications.create("sample", null);
    String file =
        """
        application: sample
        tiers: {web: }
        environments:
          dev: {branch: dev, room: "52g Studio Dev Test"}
        """;
    applications.saveDeclaration("sample", "dev", "a".repeat(40), file);
    Room room = rooms.find(DEV, Language.EN, "").orElseThrow();
    assertThat(room.speaksFor()).containsExactly(new Room.SpeaksFor("sample", "dev"));
    assertThat(room.messages()).isZero();
    assertThat(room.newest()).isNull();
    assertThat(rooms.roomOf("sample", null, "main")).isEqualTo(DEV);
    assertThat(rooms.roomOf("unknown", null, null)).isEqualTo("unknown");
  }

  @Test
  void a_webhook_gets_each_message_in_order_with_its_headers() throws IOException {
    try (Receiver receiver = new Receiver()) {
      rooms.setWebhook(
          new WebhookOrder(
              DEV,
              "chat",
              receiver.url(),
              Map.of("Authorization", "Bearer secret"),
              "none",
              null,
              null,
              Language.EN));
      rooms.start();
      for (int i = 0; i < 20; i++) {
        rooms.post(Post.note(DEV, null, "message " + i));
      }
      await().until(() -> receiver.received().size() == 20);
      assertThat(receiver.received())
          .extracting(r -> Json.tree(r.body()).path("text").asString())
          .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> "message " + i).toList());
      assertThat(receiver.received()).allMatch(r -> r.authorization().equals("Bearer secret"));
      Webhook webhook = rooms.webhooks().getFirst();
      assertThat(Json.write(webhook)).contains("Authorization").doesNotContain("secret");
      await().untilAsserted(() -> assertThat(rooms.webhooks().getFirst().waiting()).isZero());
      assertThat(rooms.webhooks().getFirst().lastDeliveredAt()).isNotNull();
    }
  }

  @Test
  void workchat_gets_text_in_its_own_shape_and_the_rooms_language() throws IOException {
    try (Receiver receiver = new Receiver()) {
      rooms.setWebhook(
          new WebhookOrder(
              DEV, "workchat", receiver.url(), Map.of(), "workchat", null, "t_1234", Language.KO));
      rooms.start();
      rooms.post(
          Post.invalidDeclaration(
              DEV,
              "sample",
              "7aa1d02c",
              "공지 \"상단\" 고정\n\n본문",
              "정유나",
              "samdan.yml:12: error: no",
              ""));
      await().until(() -> receiver.received().size() == 1);
      var body = Json.tree(receiver.received().getFirst().body());
      assertThat(body.path("recipient").path("thread_key").asString()).isEqualTo("t_1234");
      assertThat(body.path("message").path("text").asString())
          .isEqualTo(
              "sample 애플리케이션을 배포할 수 없어요: samdan.yml:12: error: no\n푸시는 그대로 있어요.\n@정유나 7aa1d02 공지 \"상단\" 고정");
    }
  }

  @Test
  void a_failing_receiver_is_asked_again_until_it_takes_the_message() throws IOException {
    try (Receiver receiver = new Receiver().answering(500, 429, 503)) {
      rooms.setWebhook(WebhookOrder.of(DEV, receiver.url()));
      rooms.start();
      long id = rooms.post(Post.note(DEV, null, "one"));
      rooms.post(Post.note(DEV, null, "two"));
      await().until(() -> receiver.taken().size() == 2);
      assertThat(receiver.taken())
          .extracting(r -> Json.tree(r.body()).path("text").asString())
          .containsExactly("one", "two");
      assertThat(receiver.received())
          .first()
          .extracting(Receiver.Received::message)
          .isEqualTo(String.valueOf(id));
    }
  }

  @Test
  void a_receiver_need_not_finish_what_it_says() throws IOException {
    try (SilentReceiver receiver = new SilentReceiver()) {
      Webhook webhook = rooms.setWebhook(WebhookOrder.of(DEV, receiver.url()));
      rooms.start();
      rooms.post(Post.note(DEV, null, "one"));
      rooms.post(Post.note(DEV, null, "two"));
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            assertThat(rooms.webhooks().getFirst().lastDeliveredAt()).isNotNull();
            assertThat(rooms.webhooks().getFirst().waiting()).isZero();
          });
      assertThat(rooms.test(webhook.id())).isEmpty();
    }
  }

  @Test
  void a_refused_message_keeps_no_other_waiting() throws IOException {
    try (Receiver receiver = new Receiver().answering(400)) {
      rooms.setWebhook(WebhookOrder.of(DEV, receiver.url()));
      rooms.post(Post.note(DEV, null, "refused at first"));
      rooms.post(Post.note(DEV, null, "taken"));
      rooms.start();
      await().until(() -> receiver.taken().size() == 2);
      assertThat(receiver.received())
          .extracting(Receiver.Received::answered)
          .containsExactly(400, 204, 204);
      assertThat(receiver.taken())
          .first()
          .extracting(Receiver.Received::body)
          .asString()
          .contains("taken");
    }
  }

  @Test
  void what_was_given_up_says_why_and_can_be_sent_again() throws IOException {
    rooms.close();
    rooms = rooms(IMPATIENT);
    int port;
    try (Receiver closed = new Receiver()) {
      port = closed.port();
    }
    rooms.setWebhook(WebhookOrder.of(DEV, "http://127.0.0.1:" + port + "/hook"));
    rooms.start();
    rooms.post(Post.note(DEV, null, "nobody listens"));
    await().untilAsserted(() -> assertThat(rooms.webhooks().getFirst().gaveUp()).isEqualTo(1));
    assertThat(rooms.webhooks().getFirst().lastError()).startsWith("no answer");
    assertThat(rooms.webhooks().getFirst().nextTryAt()).isNull();
    try (Receiver receiver = new Receiver(port)) {
      assertThat(rooms.sendAgain(rooms.webhooks().getFirst().id())).isEqualTo(1);
      await().until(() -> receiver.taken().size() == 1);
      await().untilAsserted(() -> assertThat(rooms.webhooks().getFirst().gaveUp()).isZero());
    }
  }

  @Test
  void a_message_written_before_a_crash_is_delivered_after_it() throws IOException {
    try (Receiver receiver = new Receiver()) {
      rooms.setWebhook(WebhookOrder.of(DEV, receiver.url()));
      rooms.post(Post.note(DEV, null, "written, then killed"));
      rooms.close();
      rooms = rooms(FAST);
      rooms.start();
      await().until(() -> receiver.taken().size() == 1);
    }
  }

  @Test
  void a_trial_goes_to_one_webhook_and_tells_the_answer() throws IOException {
    try (Receiver receiver = new Receiver().answering(403)) {
      Webhook webhook = rooms.setWebhook(WebhookOrder.of(DEV, receiver.url()));
      assertThat(rooms.test(webhook.id())).contains("answered 403");
      assertThat(rooms.test(webhook.id())).isEmpty();
      assertThat(rooms.read(DEV, Language.EN, 0, 10)).isEmpty();
    }
  }

  @Test
  void a_webhook_is_replaced_by_name_and_removed_by_id() {
    Webhook webhook = rooms.setWebhook(WebhookOrder.of(DEV, "http://127.0.0.1:9/a"));
    Webhook replaced = rooms.setWebhook(WebhookOrder.of(DEV, "http://127.0.0.1:9/b"));
    assertThat(replaced.id()).isEqualTo(webhook.id());
    assertThat(rooms.webhooks()).extracting(Webhook::url).containsExactly("http://127.0.0.1:9/b");
    rooms.removeWebhook(webhook.id());
    assertThat(rooms.webhooks()).isEmpty();
    assertThatThrownBy(() -> rooms.removeWebhook(webhook.id()))
        .hasMessageContaining("there is no webhook");
    assertThatThrownBy(() -> rooms.sendAgain(webhook.id()))
        .hasMessageContaining("there is no webhook");
  }

  @Test
  void a_wake_names_the_room() throws Exception {
    List<String> woken = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (AutoCloseable subscription = rooms.subscribe(woken::add)) {
      await().until(() -> woken.contains(""));
      rooms.post(Post.note(DEV, null, "hello"));
      await().until(() -> woken.contains(DEV));
      assertThat(subscription).isNotNull();
    }
  }

  private Rooms rooms(Outbox.Retry retry) {
    Identity identity = new Identity(database, InstantSource.system());
    Announcements announcements =
        new Announcements(database, identity, applications, pipelines, "http://localhost:7070");
    return new Rooms(database, applications, announcements, retry);
  }
}
