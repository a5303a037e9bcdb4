package dev.samdan.rooms;

import dev.samdan.rooms.Wording.Text;
import dev.samdan.rooms.Wording.Words;

/** The sentences about pull requests and hotfixes, in both languages. */
final class PullRequestWording {
  private PullRequestWording() {}

  static Text english(Kind kind, Words w) {
    return switch (kind) {
      case PULL_REQUEST_OPENED ->
          new Text(
              w.get(Fact.BY) + " asks to merge " + pull(w) + ".",
              w.get(Fact.SOURCE) + " into " + w.get(Fact.TARGET));
      case PULL_REQUEST_REVIEWED ->
          new Text(
              w.get(Fact.VERSION).equals("approved")
                  ? w.get(Fact.BY) + " approved " + pull(w) + "."
                  : w.get(Fact.BY) + " asks for changes in " + pull(w) + ".",
              w.lines(w.quotedComment(), w.mention()));
      case PULL_REQUEST_MERGED ->
          new Text(
              w.get(Fact.BY) + " merged " + pull(w) + " into " + w.get(Fact.TARGET) + ".",
              w.get(Fact.SOURCE));
      case PULL_REQUEST_CLOSED ->
          new Text(w.get(Fact.BY) + " closed " + pull(w) + ".", "Nothing was merged.");
      case HOTFIX_TAGGED ->
          new Text(
              "Hotfix " + w.get(Fact.VERSION) + " is delivered and tagged.",
              "It comes back into " + w.get(Fact.TARGET) + " next.");
      case HOTFIX_NOT_DELIVERED ->
          new Text(
              "Hotfix " + w.get(Fact.VERSION) + " is not delivered, so there is no tag.",
              w.lines(w.get(Fact.COMMENT), w.mention()));
      case HOTFIX_CONFLICTS ->
          new Text(
              "Hotfix "
                  + w.get(Fact.VERSION)
                  + " is not back in "
                  + w.get(Fact.TARGET)
                  + " yet: #"
                  + w.get(Fact.NUMBER)
                  + " conflicts.",
              w.lines(w.get(Fact.FILES), w.mention()));
      case HOTFIX_RETURNED ->
          new Text(
              "Hotfix "
                  + w.get(Fact.VERSION)
                  + " is back in "
                  + w.get(Fact.TARGET)
                  + ". The branch was deleted.",
              "");
      default -> throw new IllegalArgumentException(kind.text());
    };
  }

  static Text korean(Kind kind, Words w) {
    return switch (kind) {
      case PULL_REQUEST_OPENED ->
          new Text(
              w.person(Fact.BY) + "이 풀 리퀘스트를 열었어요: " + pull(w),
              w.get(Fact.SOURCE) + " 브랜치를 " + w.get(Fact.TARGET) + " 브랜치에");
      case PULL_REQUEST_REVIEWED ->
          new Text(
              w.person(Fact.BY)
                  + (w.get(Fact.VERSION).equals("approved") ? "이 승인했어요: " : "이 수정을 요청했어요: ")
                  + pull(w),
              w.lines(w.quotedComment(), w.mention()));
      case PULL_REQUEST_MERGED ->
          new Text(
              w.person(Fact.BY) + "이 " + w.get(Fact.TARGET) + " 브랜치에 병합했어요: " + pull(w),
              w.get(Fact.SOURCE));
      case PULL_REQUEST_CLOSED ->
          new Text(w.person(Fact.BY) + "이 풀 리퀘스트를 닫았어요: " + pull(w), "병합한 것은 없어요.");
      case HOTFIX_TAGGED ->
          new Text(
              "핫픽스 " + w.get(Fact.VERSION) + " 버전을 배포하고 태그를 달았어요.",
              "이제 " + w.get(Fact.TARGET) + " 브랜치로 돌아가요.");
      case HOTFIX_NOT_DELIVERED ->
          new Text(
              "핫픽스 " + w.get(Fact.VERSION) + " 버전이 배포되지 않아 태그가 없어요.",
              w.lines(w.get(Fact.COMMENT), w.mention()));
      case HOTFIX_CONFLICTS ->
          new Text(
              "핫픽스 "
                  + w.get(Fact.VERSION)
                  + " 버전이 아직 "
                  + w.get(Fact.TARGET)
                  + " 브랜치로 돌아오지 못했어요. #"
                  + w.get(Fact.NUMBER)
                  + " 풀 리퀘스트가 충돌해요.",
              w.lines(w.get(Fact.FILES), w.mention()));
      case HOTFIX_RETURNED ->
          new Text(
              "핫픽스 "
                  + w.get(Fact.VERSION)
                  + " 버전이 "
                  + w.get(Fact.TARGET)
                  + " 브랜치로 돌아왔어요. 작업 브랜치는 지웠어요.",
              "");
      default -> throw new IllegalArgumentException(kind.text());
    };
  }

  private static String pull(Words w) {
    return "#" + w.get(Fact.NUMBER) + " " + w.get(Fact.SUBJECT);
  }
}
