package dev.samdan.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The sentences of the console's design, word for word in both languages. */
class SentencesTest {
  private static final Words EN = Words.of("en");
  private static final Words KO = Words.of("ko");

  private static void says(String english, String korean, String key, Object... values) {
    assertThat(EN.say(key, values)).isEqualTo(english);
    assertThat(KO.say(key, values)).isEqualTo(korean);
  }

  private static void say(String english, String korean, Object[] values, String... keys) {
    StringBuilder en = new StringBuilder();
    StringBuilder ko = new StringBuilder();
    for (String key : keys) {
      en.append(en.isEmpty() ? "" : " ").append(EN.say(key, values));
      ko.append(ko.isEmpty() ? "" : " ").append(KO.say(key, values));
    }
    assertThat(en.toString()).isEqualTo(english);
    assertThat(ko.toString()).isEqualTo(korean);
  }

  @Test
  void what_moves_waits_and_failed_is_one_sentence() {
    Tally tally = new Tally(2, 1, 1);
    assertThat(tally.sentence(EN))
        .isEqualTo("Two deliveries are moving, one waits for you, one failed.");
    assertThat(tally.sentence(KO)).isEqualTo("배포 둘이 진행 중이고 하나는 내 승인을 기다려요. 하나는 실패했어요.");
    assertThat(new Tally(0, 1, 0).sentence(EN)).isEqualTo("One delivery waits for you.");
    assertThat(new Tally(0, 0, 12).sentence(KO)).isEqualTo("배포 12개가 실패했어요.");
  }

  @Test
  void home_and_overview() {
    says("Everything is live.", "모두 정상적으로 서비스하고 있어요.", "home.live");
    says("Nothing waits for you.", "지금 내 차례인 일이 없어요.", "waiting.none");
    says(
        "prod is moving to 2.5.0. Green takes 40% of the traffic.",
        "prod 환경이 2.5.0 버전으로 옮겨 가고 있어요. 그린이 40%를 받고 있어요.",
        "overview.shifting",
        "prod",
        "2.5.0",
        40);
    say(
        "prod is live on 2.5.0. No request was lost.",
        "prod 환경에 2.5.0 버전이 반영됐어요. 놓친 요청은 없어요.",
        new Object[] {"prod", "2.5.0"},
        "deployment.live",
        "deployment.nothing.lost");
    say(
        "Nothing is live yet. One push changes that.",
        "아직 서비스 중인 것이 없어요. 푸시 한 번이면 돼요.",
        new Object[0],
        "first.headline",
        "first.rest");
  }

  @Test
  void rollbacks_and_failures() {
    says("Roll prod back to blue?", "prod 환경을 블루로 롤백할까요?", "ask.rollback.blue", "prod");
    assertThat(EN.say("ask.rollback.blue.detail", "prod", "2.4.1"))
        .startsWith("2.4.1 takes all traffic within a second.");
    assertThat(KO.say("ask.rollback.blue.detail", "prod", "2.4.1"))
        .startsWith("1초 안에 2.4.1 버전이 모든 요청을 받아요.");
    says(
        "prod was rolled back to 2.4.1. Green was stopped, its logs are kept.",
        "prod 환경을 2.4.1 버전으로 롤백했어요. 그린은 멈췄고 로그는 남아 있어요.",
        "deployment.stopped",
        "prod",
        "2.4.1");
    says(
        "Rolled back by itself: 5xx on green passed 1%.",
        "그린의 5xx 비율이 1%를 넘어 자동으로 롤백했어요.", "deployment.failed.5xx", 1);
    say(
        "dev still serves 1.19.0. The new version never became healthy.",
        "dev 환경은 1.19.0 버전이 계속 서비스해요. 새 버전이 정상이 되지 못했어요.",
        new Object[] {"dev", "1.19.0"},
        "deployment.serves",
        "deployment.failed.health");
    says(
        "The process ended with 137: out of memory at 512 MB.",
        "프로세스가 137로 끝났어요. 메모리 512 MB를 다 썼어요.",
        "why.memory",
        137,
        "512 MB");
    assertThat(KO.memory(512L << 20)).isEqualTo("512MB");
    says(
        "Nothing listened on port 41873 for 60 s.",
        "60초 동안 41873번 포트가 열리지 않았어요.",
        "why.silent",
        41873,
        60);
  }

  @Test
  void executions_and_tests() {
    assertThat(EN.say("execution.moving.Test", "dev") + " " + EN.say("report.of.sentence", 2, 149))
        .isEqualTo("Testing in dev. 2 of 149 tests failed.");
    assertThat(KO.say("execution.moving.Test", "dev") + " " + KO.say("report.of.sentence", 2, 149))
        .isEqualTo("dev 환경에서 테스트 중이에요. 149개 중 2개가 실패했어요.");
    says(
        "Fails since this commit, by Alex Rivera.",
        "Alex Rivera 님의 이 커밋부터 실패해요.",
        "report.since.this",
        "Alex Rivera");
    says(
        "Superseded by #212, which has newer commits.",
        "더 새로운 커밋이 있는 #212 실행으로 대체됐어요.",
        "execution.superseded.by",
        "#212");
    says(
        "Stopped by 박서준. What was running has ended.",
        "박서준 님이 중지했어요. 실행 중이던 작업은 끝났어요.",
        "execution.stopped.by",
        "박서준");
  }

  @Test
  void approvals() {
    assertThat(
            EN.say("approval.headline", "attendance", "3.8.0", "prod")
                + " "
                + EN.say("approval.by", "박서준"))
        .isEqualTo("attendance 3.8.0 is ready for prod. 박서준 asks you to approve it.");
    assertThat(
            KO.say("approval.headline", "attendance", "3.8.0", "prod")
                + " "
                + KO.say("approval.by", "박서준"))
        .isEqualTo("attendance 3.8.0 버전을 prod 환경에 반영할까요? 박서준 님이 승인을 요청했어요.");
    says("Build the base image in prod", "prod 환경에서 베이스 이미지 빌드하기", "approval.base.build", "prod");
    says("Approve and deliver to prod", "승인하고 반영하기", "approval.approve", "prod");
    says("Reject", "반려", "approval.reject");
    says(
        "Rejected by 이하늘: “no” Nothing was changed.",
        "이하늘 님이 반려했어요: “no” 바뀐 것은 없어요.",
        "approval.rejected",
        "이하늘",
        "no");
    says(
        "Not answered in 7 days, so it expired. Start the pipeline again to ask anew.",
        "7일 동안 답이 없어 만료됐어요. 파이프라인을 다시 시작하면 새로 요청해요.",
        "approval.expired");
  }

  @Test
  void the_house() {
    assertThat(EN.say("lost.since", "10:42:07") + " " + EN.say("lost.what"))
        .isEqualTo(
            "Not live since 10:42:07. What you see may be old. The applications are not affected.");
    assertThat(KO.say("lost.since", "10:42:07") + " " + KO.say("lost.what"))
        .isEqualTo("10:42:07부터 실시간이 아니에요. 화면이 오래됐을 수 있지만 서비스에는 영향이 없어요.");
    says(
        "This link was used or is older than 10 minutes. Run samdan up for a new one.",
        "이미 쓴 링크이거나 10분이 지났어요. samdan up 명령으로 새 링크를 받으세요.",
        "sign.link.used");
    says(
        "You may look at sample, not deliver it. 이하늘 can change that.",
        "sample 애플리케이션을 볼 수 있지만 배포할 수는 없어요. 이하늘 님이 바꿀 수 있어요.",
        "may.look.only",
        "sample",
        "이하늘");
    assertThat(
            EN.say("images.full", 95) + " " + EN.say("images.canprune", EN.bytes(3_100_000_000L)))
        .isEqualTo(
            "The disk is 95% full. New images are refused; what is live is not affected. Prune"
                + " 3.1 GB.");
    assertThat(
            KO.say("images.full", 95) + " " + KO.say("images.canprune", KO.bytes(3_100_000_000L)))
        .isEqualTo("디스크가 95% 찼어요. 새 이미지는 받지 않지만 서비스에는 영향이 없어요. 3.1GB를 지울 수 있어요.");
  }
}
