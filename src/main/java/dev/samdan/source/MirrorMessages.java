package dev.samdan.source;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the rooms are told of repositories elsewhere, in both languages. */
final class MirrorMessages {
  private static final int MOST = 10;

  private MirrorMessages() {}

  record Said(String english, String korean) {}

  /** Branches that break the strategy, where nothing could be refused; empty where none does. */
  static Optional<Said> wrong(Mirrored mirrored) {
    List<Mirrored.Move> wrong = mirrored.wrong();
    if (wrong.isEmpty()) {
      return Optional.empty();
    }
    List<String> english = new ArrayList<>();
    List<String> korean = new ArrayList<>();
    english.add(
        mirrored.repository()
            + ": "
            + mirrored.by()
            + " pushed what breaks the branch strategy. It could not be refused there.");
    korean.add(
        mirrored.repository()
            + ": "
            + mirrored.by()
            + " 님의 푸시가 브랜치 전략에 맞지 않아요. 그쪽 저장소라서 거절할 수 없었어요.");
    for (Mirrored.Move move : wrong.subList(0, Math.min(MOST, wrong.size()))) {
      english.addAll(lines(Objects.requireNonNull(move.english())));
      korean.addAll(lines(Objects.requireNonNull(move.korean())));
    }
    if (wrong.size() > MOST) {
      english.add("… and " + (wrong.size() - MOST) + " more");
      korean.add("… 그 밖에 " + (wrong.size() - MOST) + "개 더 있어요");
    }
    return Optional.of(new Said(String.join("\n", english), String.join("\n", korean)));
  }

  private static List<String> lines(BranchView.Finding finding) {
    List<String> lines = new ArrayList<>(List.of(finding.message()));
    finding.commands().forEach(command -> lines.add("    " + command));
    return lines;
  }

  static Said lost(Remote remote, String error) {
    String since =
        String.valueOf(
            Objects.requireNonNullElse(remote.failingSince(), Instant.now())
                .truncatedTo(ChronoUnit.SECONDS));
    return new Said(
        remote.url()
            + " cannot be followed since "
            + since
            + ".\n"
            + error
            + "\n"
            + "What is live stays live. It is asked again by itself; a new credential is given with"
            + " 'samdan app connect "
            + remote.application()
            + " "
            + remote.url()
            + " --token'.",
        remote.url()
            + " 저장소에 "
            + since
            + "부터 연결할 수 없어요.\n"
            + error
            + "\n서비스는 그대로 동작해요. 저절로 다시 시도하고, 새 토큰은 'samdan app connect "
            + remote.application()
            + " "
            + remote.url()
            + " --token'으로 넣을 수 있어요.");
  }

  static Said back(Remote remote, Instant now) {
    Instant since = remote.failingSince() == null ? now : remote.failingSince();
    long minutes = Math.max(1, Duration.between(since, now).toMinutes());
    return new Said(
        remote.url() + " answers again, after " + minutes + " min. What moved there is here now.",
        remote.url() + " 저장소에 " + minutes + "분 만에 다시 연결됐어요. 그동안 바뀐 것도 가져왔어요.");
  }
}
