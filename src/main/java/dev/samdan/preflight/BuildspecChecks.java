package dev.samdan.preflight;

import dev.samdan.build.Buildspec;
import dev.samdan.preflight.Findings.Place;
import java.util.Optional;
import java.util.regex.Pattern;

/** A tier's buildspecs: there, well formed, and handing on what is there. */
final class BuildspecChecks {
  /** Names of files that people write and no tool makes. */
  private static final Pattern WRITTEN =
      Pattern.compile("Dockerfile.*|.*\\.(sh|ya?ml|py|ini|conf|toml|md)");

  private final Tree tree;
  private final Findings findings;

  BuildspecChecks(Tree tree, Findings findings) {
    this.tree = tree;
    this.findings = findings;
  }

  /**
   * Reads the buildspec that samdan.yml names; empty where it is not there or not valid.
   *
   * @param key such as {@code tiers.api.build}
   * @param folder the tier's
   */
  Optional<Handed> check(Place named, String key, String folder, String path) {
    String file = Tree.join(folder, path);
    Optional<String> text = tree.text(file);
    if (text.isEmpty()) {
      if (!tree.hasFile(file)) {
        findings.missing(named, key, file, tree.near(folder, path));
      }
      return Optional.empty();
    }
    Buildspec.Parsed parsed = Buildspec.parse(file, text.get());
    findings.addAll(parsed.problems());
    Buildspec spec = parsed.buildspec();
    if (spec == null) {
      return Optional.empty();
    }
    Handed handed = Handed.of(file, spec);
    artifacts(handed, folder);
    return Optional.of(handed);
  }

  /** Files that are named one by one, are not there, and are not made by any command either. */
  private void artifacts(Handed handed, String folder) {
    Buildspec.Artifacts artifacts = handed.artifacts();
    if (artifacts == null || !handed.known()) {
      return;
    }
    String base = Tree.join(folder, handed.base());
    if (!tree.hasFolder(base)) {
      return;
    }
    for (String pattern : artifacts.files()) {
      String path = Handed.clean(pattern);
      boolean literal = path.chars().noneMatch(c -> "*?[{\\".indexOf(c) >= 0);
      if (!literal || path.isEmpty() || tree.hasFile(Tree.join(base, path))) {
        continue;
      }
      if (tree.hasFolder(Tree.join(base, path))) {
        findings.warning(
            handed.at(),
            "artifacts.files: "
                + path
                + " is a folder and matches no file; write "
                + path
                + "/**/*",
            "artifacts.files: " + path + " 은(는) 폴더라 파일과 맞지 않습니다. " + path + "/**/* 로 쓰세요");
        continue;
      }
      String near = tree.near(base, path).orElse("");
      boolean expected =
          tree.hasFolder(Tree.join(base, Tree.parent(path)))
              && (!near.isEmpty() || WRITTEN.matcher(Tree.name(path)).matches());
      if (expected && !handed.mentions(path)) {
        findings.warning(
            handed.at(),
            "artifacts.files: "
                + path
                + " is neither in the repository nor made by a command"
                + (near.isEmpty() ? "" : "; is it " + near + "?"),
            "artifacts.files: "
                + path
                + " 은(는) 저장소에도 없고 만드는 명령도 없습니다"
                + (near.isEmpty() ? "" : ". " + near + " 아닌가요?"));
      }
    }
  }
}
