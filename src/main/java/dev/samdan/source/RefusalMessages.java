package dev.samdan.source;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a refused person reads: what is wrong, and the commands that mend it. */
final class RefusalMessages {
  private final boolean korean;

  RefusalMessages(@Nullable String language) {
    this.korean = "ko".equals(language);
  }

  /** A line that says what is wrong, then the commands, indented. */
  List<String> of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.WrongName r ->
          lines(
              r.branch()
                  + " is a name of no kind of branch. The nearest is "
                  + r.suggestion()
                  + ":",
              r.branch() + "은(는) 어떤 종류의 브랜치 이름도 아닙니다. 가장 가까운 이름은 " + r.suggestion() + "입니다:",
              renamed(r.branch(), r.suggestion()));
      case Refusal.NotAVersion r ->
          lines(
              r.branch()
                  + ": '"
                  + r.text()
                  + "' is not a version (major.minor.hotfix, such as 1.2.1). The next one:",
              r.branch()
                  + ": '"
                  + r.text()
                  + "'은(는) 버전(major.minor.hotfix, 예: 1.2.1)이 아닙니다. 다음 버전:",
              renamed(r.branch(), r.suggestion()));
      case Refusal.VersionTaken r ->
          lines(
              r.branch() + ": there is a tag " + r.version() + " already. The next version:",
              r.branch() + ": " + r.version() + " 태그가 이미 있습니다. 다음 버전:",
              renamed(r.branch(), r.suggestion()));
      case Refusal.VersionOrder r ->
          lines(
              r.branch() + " does not follow the newest tag, " + r.newest() + ". What follows it:",
              r.branch() + "은(는) 가장 새로운 태그 " + r.newest() + " 다음 버전이 아닙니다. 다음 버전:",
              renamed(r.branch(), r.suggestion()));
      case Refusal.SameBranch r ->
          lines(
              r.branch() + " is " + r.existing() + ", which exists. Push to that one:",
              r.branch() + "은(는) 이미 있는 " + r.existing() + " 브랜치와 같습니다. 그 브랜치로 푸시하세요:",
              List.of("git push origin " + quoted(r.branch() + ":" + r.existing())));
      case Refusal.Strangers r ->
          lines(
              r.branch()
                  + " holds "
                  + count(r.commits())
                  + " of "
                  + r.other()
                  + " that "
                  + r.kind().base()
                  + " has not, so it was not made from "
                  + r.kind().base()
                  + ". Put your own commits there:",
              r.branch()
                  + "에 "
                  + r.kind().base()
                  + "에는 없고 "
                  + r.other()
                  + "에만 있는 커밋이 "
                  + r.commits()
                  + "개 있습니다. "
                  + r.kind().base()
                  + "에서 분기한 브랜치가 아닙니다. 작업한 커밋만 옮기세요:",
              List.of(
                  "git fetch origin",
                  "git rebase --onto origin/"
                      + r.kind().base()
                      + " origin/"
                      + r.other()
                      + " "
                      + quoted(r.branch()),
                  "git push --force-with-lease -u origin " + quoted(r.branch())));
      case Refusal.NotFromTip r ->
          lines(
              r.branch() + " does not contain the newest commit of " + r.kind().base() + ":",
              r.branch() + "에 " + r.kind().base() + "의 최신 커밋이 없습니다:",
              List.of(
                  "git fetch origin",
                  "git rebase origin/" + r.kind().base() + " " + quoted(r.branch()),
                  "git push -u origin " + quoted(r.branch())));
      case Refusal.DirectPush r ->
          lines(
              r.branch() + " takes pull requests only. Take your commits to a branch:",
              r.branch() + " 브랜치는 풀 리퀘스트만 받아요. 커밋을 작업 브랜치로 옮기세요:",
              List.of(
                  "git switch -c " + quoted(r.way()),
                  "git push -o pr -u origin " + quoted(r.way()),
                  "git branch -f " + r.branch() + " origin/" + r.branch()));
      case Refusal.NotBack r ->
          lines(
              r.branch()
                  + " was delivered and is not on "
                  + r.integration()
                  + " yet. It is deleted by itself once its pull request is merged:",
              r.branch()
                  + " 브랜치는 배포됐지만 아직 "
                  + r.integration()
                  + " 브랜치로 돌아오지 않았어요. 풀 리퀘스트가 병합되면 저절로 지워져요:",
              List.of("samdan pr list"));
      case Refusal.Rewritten r ->
          lines(
              "the history of "
                  + r.branch()
                  + " is never rewritten. Put your commits on top of it:",
              r.branch() + "의 이력은 다시 쓸 수 없습니다. 최신 이력 위에 커밋을 올리세요:",
              List.of("git pull --rebase origin " + r.branch(), "git push origin " + r.branch()));
      case Refusal.Deleted r ->
          lines(
              r.branch() + " always exists and is not deleted.",
              r.branch() + "은(는) 항상 있어야 하는 브랜치라서 지울 수 없습니다.",
              List.of());
      case Refusal.LargeFile r ->
          lines(
              r.path()
                  + " is "
                  + megabytes(r.size())
                  + ", larger than "
                  + megabytes(r.limit())
                  + " (branches.largest-file). Take it out of the commits that hold it:",
              r.path()
                  + " 파일이 "
                  + megabytes(r.size())
                  + "입니다. 한도는 "
                  + megabytes(r.limit())
                  + "(branches.largest-file)입니다. 커밋에서 빼세요:",
              List.of(
                  "git rm --cached " + quoted(r.path()),
                  "git commit --amend --no-edit   # for an older commit: git rebase -i, and mark it"
                      + " edit"));
      case Refusal.UnsignedTag r ->
          lines(
              "tag " + r.tag() + " is not signed (branches.signed-tags). Make it anew:",
              r.tag() + " 태그에 서명이 없습니다(branches.signed-tags). 다시 만드세요:",
              List.of(
                  "git tag -s -f " + quoted(r.tag()) + " " + quoted(r.tag() + "^{}"),
                  "git push origin " + quoted(r.tag())));
      case Refusal.TakesRole r ->
          lines(
              r.branch()
                  + " takes commits of those who are "
                  + r.least().text()
                  + ". "
                  + names(r.deciders())
                  + " can change that. Take yours to a branch:",
              r.branch()
                  + " 브랜치에는 "
                  + r.least().text()
                  + " 역할이 있어야 커밋을 올릴 수 있습니다. "
                  + names(r.deciders())
                  + " 님이 바꿀 수 있습니다. 작업을 브랜치로 옮기세요:",
              List.of("git switch -c feature/summary", "git push -u origin feature/summary"));
      case Refusal.TakesProduction r ->
          lines(
              "samdan.yml on "
                  + r.branch()
                  + " would deliver "
                  + r.environment()
                  + ", which is production, from there. That takes the role "
                  + r.least().text()
                  + "; "
                  + names(r.deciders())
                  + " can change that.",
              r.branch()
                  + " 브랜치의 samdan.yml 파일이 프로덕션인 "
                  + r.environment()
                  + " 환경을 이 브랜치에서 배포하려 합니다. "
                  + r.least().text()
                  + " 역할이 있어야 합니다. "
                  + names(r.deciders())
                  + " 님이 바꿀 수 있습니다.",
              List.of());
      case Refusal.TagStays r ->
          lines(
              "tag "
                  + r.tag()
                  + " exists; moving or deleting it takes the role "
                  + r.least().text()
                  + ". "
                  + names(r.deciders())
                  + " can change that.",
              r.tag()
                  + " 태그가 이미 있습니다. 옮기거나 지우려면 "
                  + r.least().text()
                  + " 역할이 있어야 합니다. "
                  + names(r.deciders())
                  + " 님이 바꿀 수 있습니다.",
              List.of());
      case Refusal.OwnRef r ->
          lines(
              r.ref() + " is kept by Samdan itself; push a branch or a tag.",
              r.ref() + "은(는) Samdan이 직접 관리하는 ref입니다. 브랜치나 태그를 푸시하세요.",
              List.of());
      case Refusal.WithOthers r ->
          lines(
              r.ref() + " was not taken, because another ref of this push is refused.",
              "같은 푸시의 다른 ref가 거절되어 " + r.ref() + "도 받지 않았습니다.",
              List.of());
    };
  }

  /**
   * Of an object that is not received at all, so that its name is not known.
   *
   * @param limit in bytes
   */
  List<String> tooLarge(long limit) {
    return lines(
        "a file in these commits is larger than "
            + megabytes(limit)
            + ", the most that is received. Find it, and take it out of the commits that hold it:",
        "커밋에 " + megabytes(limit) + "보다 큰 파일이 있어 받을 수 없습니다. 그 파일을 찾아 커밋에서 빼세요:",
        List.of(
            "git rev-list --objects --all | git cat-file --batch-check='%(objectsize) %(rest)'"
                + " | sort -n | tail -3",
            "git rebase -i   # and mark its commit edit"));
  }

  /** In a word or two, for git's own line about the ref. */
  String brief(Refusal refusal) {
    return switch (refusal) {
      case Refusal.WrongName _ -> korean ? "브랜치 이름" : "name of no kind";
      case Refusal.NotAVersion _ -> korean ? "버전 아님" : "not a version";
      case Refusal.VersionTaken _ -> korean ? "있는 버전" : "version exists";
      case Refusal.VersionOrder _ -> korean ? "버전 순서" : "not the next version";
      case Refusal.SameBranch _ -> korean ? "있는 브랜치" : "branch exists";
      case Refusal.Strangers _ -> korean ? "분기한 곳" : "wrong base";
      case Refusal.NotFromTip _ -> korean ? "오래된 분기" : "base is out of date";
      case Refusal.DirectPush _ -> korean ? "풀 리퀘스트 필요" : "pull requests only";
      case Refusal.NotBack _ -> korean ? "아직 돌아오지 않음" : "not back yet";
      case Refusal.Rewritten _, Refusal.Deleted _ -> korean ? "보호된 브랜치" : "protected branch";
      case Refusal.LargeFile _ -> korean ? "큰 파일" : "file too large";
      case Refusal.UnsignedTag _ -> korean ? "서명 없음" : "not signed";
      case Refusal.TakesRole _, Refusal.TakesProduction _, Refusal.TagStays _ ->
          korean ? "권한 없음" : "not allowed";
      case Refusal.OwnRef _ -> korean ? "서버 전용" : "kept by the server";
      case Refusal.WithOthers _ -> korean ? "함께 거절" : "refused with the others";
    };
  }

  private List<String> lines(String english, String inKorean, List<String> commands) {
    List<String> lines = new ArrayList<>();
    lines.add(korean ? inKorean : english);
    commands.forEach(command -> lines.add("    " + command));
    return lines;
  }

  private static List<String> renamed(String branch, String name) {
    return List.of(
        "git branch -m " + quoted(branch) + " " + quoted(name),
        "git push -u origin " + quoted(name));
  }

  private static String count(int commits) {
    return commits == 1 ? "a commit" : commits + " commits";
  }

  private static String megabytes(long bytes) {
    return bytes < 1 << 20
        ? (bytes + 1023) / 1024 + " KB"
        : String.format(java.util.Locale.ROOT, "%.1f MB", bytes / (double) (1 << 20));
  }

  private static String names(List<String> deciders) {
    return deciders.isEmpty() ? "admin" : String.join(", ", deciders);
  }

  /** As a shell needs it. */
  private static String quoted(String text) {
    return text.matches("[\\p{L}\\p{N}/._:-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
