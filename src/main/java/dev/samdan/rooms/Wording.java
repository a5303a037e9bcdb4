package dev.samdan.rooms;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The sentences, in both languages: who or what acts, what happened, what to do. One place, so that
 * none drifts.
 */
final class Wording {
  private Wording() {}

  /** A sentence and what explains it. */
  record Text(String sentence, String detail) {}

  static Text of(Language language, Kind kind, Map<String, String> facts) {
    Words words = new Words(facts);
    return switch (language) {
      case EN -> english(kind, words);
      case KO -> korean(kind, words);
    };
  }

  private static Text english(Kind kind, Words w) {
    return switch (kind) {
      case STARTED ->
          new Text(w.get(Fact.PIPELINE) + " started: " + w.change(), w.lines(english(w, "by ")));
      case RETRIED ->
          new Text(
              w.get(Fact.BY) + " retried " + w.get(Fact.STAGE) + " of " + w.run() + ".",
              w.change());
      case APPROVAL_WANTED ->
          new Text(
              w.get(Fact.PIPELINE)
                  + " asks for approval: "
                  + w.get(Fact.COMMIT)
                  + " is ready for "
                  + w.place()
                  + ".",
              w.lines(w.get(Fact.SUBJECT), w.get(Fact.AUTHOR) + " asks you to approve it."));
      case APPROVED ->
          new Text(
              w.get(Fact.BY)
                  + " approved "
                  + w.get(Fact.COMMIT)
                  + " in "
                  + w.get(Fact.PIPELINE)
                  + ".",
              w.quotedComment());
      case REJECTED ->
          new Text(
              w.get(Fact.PIPELINE)
                  + ": rejected by "
                  + w.get(Fact.BY)
                  + w.with(": ", w.quotedComment())
                  + (w.quotedComment().isEmpty() ? "." : ""),
              w.lines("Nothing was changed.", w.change()));
      case EXPIRED ->
          new Text(
              w.get(Fact.PIPELINE) + " was not answered in time, so it expired.",
              w.lines("Start the pipeline again to ask anew.", w.change()));
      case SUCCEEDED ->
          new Text(
              w.get(Fact.PIPELINE)
                  + (w.isBase() ? " built the base image of " : " is live: ")
                  + w.get(Fact.COMMIT)
                  + w.with(", ", w.englishTests()),
              w.lines(w.with("", w.get(Fact.SUBJECT)), english(w, "by "), w.get(Fact.SUMMARY)));
      case FAILED ->
          new Text(
              w.get(Fact.PIPELINE) + " failed in " + w.get(Fact.STAGE) + ": " + w.firstError(),
              w.lines(w.furtherErrors(), w.mention() + " " + w.change()));
      case STOPPED ->
          new Text(
              w.run()
                  + " was stopped"
                  + w.with(" by ", w.get(Fact.BY))
                  + w.with(": ", w.quotedComment())
                  + (w.quotedComment().isEmpty() ? "." : ""),
              w.lines("What was running has ended.", w.change()));
      case SUPERSEDED ->
          new Text(
              w.run() + " was superseded by " + w.get(Fact.NEWER) + ", which has newer commits.",
              w.change());
      case INVALID_DECLARATION ->
          new Text(
              w.get(Fact.APPLICATION) + " cannot be delivered: " + w.firstError(),
              w.lines(w.furtherErrors(), "The push is kept.", w.mention() + " " + w.change()));
      case PULL_REQUEST_OPENED,
          PULL_REQUEST_REVIEWED,
          PULL_REQUEST_MERGED,
          PULL_REQUEST_CLOSED,
          HOTFIX_TAGGED,
          HOTFIX_NOT_DELIVERED,
          HOTFIX_CONFLICTS,
          HOTFIX_RETURNED ->
          PullRequestWording.english(kind, w);
      case NOTE -> note(w.get(Fact.TEXT));
    };
  }

  private static String english(Words w, String before) {
    return w.with(before, w.get(Fact.AUTHOR));
  }

  private static Text korean(Kind kind, Words w) {
    return switch (kind) {
      case STARTED ->
          new Text(w.get(Fact.PIPELINE) + " 파이프라인이 시작됐어요: " + w.change(), w.person(Fact.AUTHOR));
      case RETRIED ->
          new Text(
              w.person(Fact.BY) + "이 " + w.run() + " 실행의 " + w.get(Fact.STAGE) + " 단계를 다시 시작했어요.",
              w.change());
      case APPROVAL_WANTED ->
          new Text(
              w.get(Fact.PIPELINE)
                  + " 파이프라인이 승인을 기다려요: "
                  + w.get(Fact.COMMIT)
                  + " 버전을 "
                  + w.place()
                  + " 환경에 반영할까요?",
              w.lines(w.get(Fact.SUBJECT), w.person(Fact.AUTHOR) + "이 승인을 요청했어요."));
      case APPROVED ->
          new Text(
              w.person(Fact.BY)
                  + "이 "
                  + w.get(Fact.PIPELINE)
                  + " 파이프라인의 "
                  + w.get(Fact.COMMIT)
                  + " 버전을 승인했어요.",
              w.quotedComment());
      case REJECTED ->
          new Text(
              w.get(Fact.PIPELINE)
                  + " 파이프라인을 "
                  + w.person(Fact.BY)
                  + "이 반려했어요"
                  + w.with(": ", w.quotedComment())
                  + (w.quotedComment().isEmpty() ? "." : ""),
              w.lines("바뀐 것은 없어요.", w.change()));
      case EXPIRED ->
          new Text(
              w.get(Fact.PIPELINE) + " 파이프라인의 승인 요청에 답이 없어 만료됐어요.",
              w.lines("파이프라인을 다시 시작하면 새로 요청해요.", w.change()));
      case SUCCEEDED ->
          new Text(
              w.isBase()
                  ? w.get(Fact.PIPELINE) + " 파이프라인이 " + w.get(Fact.COMMIT) + " 버전의 베이스 이미지를 만들었어요."
                  : w.get(Fact.PIPELINE)
                      + " 파이프라인이 "
                      + w.get(Fact.COMMIT)
                      + " 버전을 반영했어요."
                      + w.with(" ", w.koreanTests()),
              w.lines(w.get(Fact.SUBJECT), w.person(Fact.AUTHOR), w.get(Fact.SUMMARY)));
      case FAILED ->
          new Text(
              w.get(Fact.PIPELINE)
                  + " 파이프라인이 "
                  + w.get(Fact.STAGE)
                  + " 단계에서 실패했어요: "
                  + w.firstError(),
              w.lines(w.furtherErrors(), w.mention() + " " + w.change()));
      case STOPPED ->
          new Text(
              (w.get(Fact.BY).isEmpty()
                      ? w.run() + " 실행이 중지됐어요"
                      : w.person(Fact.BY) + "이 " + w.run() + " 실행을 중지했어요")
                  + w.with(": ", w.quotedComment())
                  + (w.quotedComment().isEmpty() ? "." : ""),
              w.lines("실행 중이던 작업은 끝났어요.", w.change()));
      case SUPERSEDED ->
          new Text(w.run() + " 실행은 더 새로운 커밋이 있는 " + w.get(Fact.NEWER) + " 실행으로 대체됐어요.", w.change());
      case INVALID_DECLARATION ->
          new Text(
              w.get(Fact.APPLICATION) + " 애플리케이션을 배포할 수 없어요: " + w.firstError(),
              w.lines(w.furtherErrors(), "푸시는 그대로 있어요.", w.mention() + " " + w.change()));
      case PULL_REQUEST_OPENED,
          PULL_REQUEST_REVIEWED,
          PULL_REQUEST_MERGED,
          PULL_REQUEST_CLOSED,
          HOTFIX_TAGGED,
          HOTFIX_NOT_DELIVERED,
          HOTFIX_CONFLICTS,
          HOTFIX_RETURNED ->
          PullRequestWording.korean(kind, w);
      case NOTE -> note(w.get(w.has(Fact.KOREAN) ? Fact.KOREAN : Fact.TEXT));
    };
  }

  private static Text note(String text) {
    String first = Fact.firstLine(text);
    return new Text(
        first, text.strip().substring(Math.min(first.length(), text.strip().length())).strip());
  }

  /** A message's facts as the pieces of its sentences; a missing one is empty. */
  record Words(Map<String, String> facts) {
    private static final int FURTHER_ERRORS = 8;

    String get(String fact) {
      return facts.getOrDefault(fact, "");
    }

    boolean has(String fact) {
      return !get(fact).isEmpty();
    }

    String with(String before, String text) {
      return text.isEmpty() ? "" : before + text;
    }

    /** {@code 7aa1d02 Fix the list}. */
    String change() {
      return (get(Fact.COMMIT) + " " + get(Fact.SUBJECT)).strip();
    }

    /** {@code sample-dev-api #12}. */
    String run() {
      return get(Fact.PIPELINE) + with(" #", get(Fact.NUMBER));
    }

    String place() {
      return isBase() ? get(Fact.APPLICATION) : get(Fact.ENVIRONMENT);
    }

    boolean isBase() {
      return get(Fact.ENVIRONMENT).isEmpty();
    }

    /** People are "이름 님". */
    String person(String fact) {
      return get(fact).isEmpty() ? "" : get(fact) + " 님";
    }

    String mention() {
      return with("@", get(Fact.AUTHOR));
    }

    String quotedComment() {
      return get(Fact.COMMENT).isEmpty() ? "" : "“" + get(Fact.COMMENT) + "”";
    }

    String englishTests() {
      String passed = get(Fact.PASSED);
      String skipped = get(Fact.SKIPPED);
      return passed.isEmpty()
          ? ""
          : passed
              + (passed.equals("1") ? " test passed" : " tests passed")
              + with(", ", skipped.isEmpty() ? "" : skipped + " skipped");
    }

    String koreanTests() {
      String passed = get(Fact.PASSED);
      String skipped = get(Fact.SKIPPED);
      return passed.isEmpty()
          ? ""
          : "테스트 " + passed + "개가 통과했어요." + (skipped.isEmpty() ? "" : " " + skipped + "개는 건너뛰었어요.");
    }

    String firstError() {
      return Fact.firstLine(get(Fact.ERROR));
    }

    String furtherErrors() {
      List<String> further = get(Fact.ERROR).strip().lines().skip(1).toList();
      List<String> shown = further.subList(0, Math.min(FURTHER_ERRORS, further.size()));
      return String.join("\n", shown) + (shown.size() < further.size() ? "\n…" : "");
    }

    String lines(String... parts) {
      List<String> kept = new ArrayList<>();
      for (String part : parts) {
        if (!part.isBlank()) {
          kept.add(part.strip());
        }
      }
      return String.join("\n", kept);
    }
  }
}
