package dev.samdan.preflight;

import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import dev.samdan.image.DockerIgnore;
import dev.samdan.image.DockerfileReader;
import dev.samdan.preflight.Findings.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tier's Dockerfiles: there, well formed, and copying what their context holds. The image's
 * context is what the build hands on, the base image's is the tier's folder.
 */
final class ImageChecks {
  private final Tree tree;
  private final Findings findings;
  private final String folder;
  private final List<String> copied = new ArrayList<>();

  /**
   * @param folder the tier's
   */
  ImageChecks(Tree tree, Findings findings, String folder) {
    this.tree = tree;
    this.findings = findings;
    this.folder = folder;
  }

  /**
   * Reads a Dockerfile that samdan.yml names; empty where it is not there.
   *
   * @param key such as {@code tiers.api.dockerfile}
   * @param given in the tier's folder, or in the one that its artifacts are relative to; a folder
   *     means the Dockerfile in it
   * @param handed what is its context
   */
  Optional<DockerfileReader.Read> check(Place named, String key, String given, Handed handed) {
    String base = Tree.join(folder, handed.base());
    String clean = Handed.clean(given);
    boolean isFolder =
        tree.hasFolder(Tree.join(folder, clean)) || tree.hasFolder(Tree.join(base, clean));
    String path = isFolder ? Tree.join(clean, "Dockerfile") : clean;
    boolean inBase = tree.hasFile(Tree.join(base, path));
    String file = Tree.join(inBase ? base : folder, path);
    Optional<String> text = tree.text(file);
    if (text.isEmpty()) {
      if (!tree.hasFile(file) && !handed.mentions(path)) {
        findings.missing(named, key, file, tree.near(folder, path));
      }
      return Optional.empty();
    }
    if (!handed.covers(path)) {
      findings.error(
          handed.at(),
          "artifacts: "
              + path
              + " is not among them, and the image is built from them; add it to files",
          "artifacts: 이미지를 만드는 " + path + " 이(가) 산출물에 없습니다. files에 넣으세요");
    }
    DockerfileReader.Read read = DockerfileReader.read(file, text.get());
    findings.addAll(read.problems());
    Context context = new Context(handed, ignored(path, handed));
    for (DockerfileReader.Copied copy : read.copied()) {
      if (Thread.currentThread().isInterrupted()) {
        break; // Nobody waits for what the rest may copy.
      }
      source(file, copy, context);
    }
    return Optional.of(read);
  }

  /** What a Dockerfile may copy from. */
  private record Context(Handed handed, Ignored ignored) {}

  /** What keeps files out of the context, and by which file. */
  private record Ignored(String file, DockerIgnore rules) {
    static final Ignored NOTHING = new Ignored("", DockerIgnore.parse(""));
  }

  private Ignored ignored(String dockerfile, Handed handed) {
    for (String name : List.of(dockerfile + ".dockerignore", ".dockerignore")) {
      String file = Tree.join(folder, name);
      Optional<String> text = handed.covers(name) ? tree.text(file) : Optional.empty();
      if (text.isPresent()) {
        findings.addAll(DockerfileReader.ignoreProblems(file, text.get()));
        try {
          return new Ignored(file, DockerIgnore.parse(text.get()));
        } catch (PlatformException e) {
          return Ignored.NOTHING; // Said by its problems.
        }
      }
    }
    return Ignored.NOTHING;
  }

  private void source(String file, DockerfileReader.Copied copy, Context context) {
    String path = Handed.clean(copy.source());
    copied.add(path);
    if (path.isEmpty() || path.contains("$") || path.matches("(?i)(https?|git|ssh)[:@].*")) {
      return;
    }
    Place at = new Place(file, copy.line(), copy.column());
    boolean wild = path.chars().anyMatch(c -> "*?[".indexOf(c) >= 0);
    if (wild) {
      pattern(at, path, context);
    } else {
      literal(at, path, context);
    }
  }

  private void pattern(Place at, String path, Context context) {
    Glob glob = Handed.glob(path.replace("{", "\\{").replace("}", "\\}"));
    String base = Tree.join(folder, context.handed().base());
    List<String> matching = tree.below(base).stream().filter(p -> matches(glob, p)).toList();
    if (!matching.isEmpty() && context.handed().known()) {
      if (matching.stream().noneMatch(p -> context.handed().covers(p))) {
        notHanded(at, path, context);
      } else if (matching.stream()
          .takeWhile(p -> !Thread.currentThread().isInterrupted())
          .allMatch(context.ignored().rules()::ignores)) {
        ignored(at, path, matching.getFirst(), context);
      }
    } else if (tree.hasFolder(Tree.join(base, Tree.parent(path)))
        && !Tree.parent(path).contains("*")
        && context.handed().commands().isEmpty()) {
      nothing(at, path, "");
    }
  }

  /** COPY's patterns also match folders. */
  private static boolean matches(Glob glob, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (glob.matches(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  private void literal(Place at, String path, Context context) {
    Handed handed = context.handed();
    String base = Tree.join(folder, handed.base());
    boolean there = tree.has(Tree.join(base, path));
    if (!handed.covers(path) && !handed.coversBelow(path)) {
      if (there || handed.mentions(path)) {
        notHanded(at, path, context);
      } else {
        nothing(at, path, tree.near(base, path).orElse(""));
      }
    } else if (there && context.ignored().rules().ignores(path)) {
      ignored(at, path, path, context);
    } else if (!there && !made(path, base, handed)) {
      nothing(at, path, tree.near(base, path).orElse(""));
    }
  }

  /** Whether a build may leave this: it is named, or its folder is none of the repository's. */
  private boolean made(String path, String base, Handed handed) {
    boolean named =
        !handed.everything()
            && java.util.Objects.requireNonNull(handed.artifacts()).files().stream()
                .map(Handed::clean)
                .anyMatch(f -> f.equals(path) || f.startsWith(path + "/"));
    boolean foreign = !tree.hasFolder(Tree.join(base, Tree.parent(path)));
    return named
        || handed.mentions(path)
        || (!handed.commands().isEmpty() && (foreign || Tree.name(path).indexOf('.') < 0));
  }

  private void nothing(Place at, String path, String near) {
    findings.warning(
        at,
        "COPY "
            + path
            + ": there is no such file in the context"
            + (near.isEmpty() ? "; commit it, or make it in the build" : "; is it " + near + "?"),
        "COPY "
            + path
            + ": 컨텍스트에 그런 파일이 없습니다"
            + (near.isEmpty() ? ". 커밋하거나 빌드에서 만드세요" : ". " + near + " 아닌가요?"));
  }

  private void notHanded(Place at, String path, Context context) {
    Place listed = context.handed().at();
    findings.warning(
        at,
        "COPY "
            + path
            + ": it is not among the artifacts ("
            + listed.file()
            + ":"
            + listed.line()
            + "), and the image is built from them; add it to their files",
        "COPY "
            + path
            + ": 이미지를 만드는 산출물("
            + listed.file()
            + ":"
            + listed.line()
            + ")에 없습니다. files에 넣으세요");
  }

  private void ignored(Place at, String path, String example, Context context) {
    Ignored ignored = context.ignored();
    int line = ignored.rules().ignoringLine(example);
    String by = ignored.file() + (line == 0 ? "" : ":" + line);
    findings.warning(
        at,
        "COPY " + path + ": " + by + " keeps it out of the context; take that line out",
        "COPY " + path + ": " + by + " 줄 때문에 컨텍스트에서 빠집니다. 그 줄을 지우세요");
  }

  /** Whether one of the Dockerfiles that were checked copies a file of the tier's folder. */
  boolean copies(String path) {
    return copied.stream()
        .anyMatch(source ->
            source.isEmpty()
                || source.contains("$")
                || source.equals(path)
                || path.startsWith(source + "/")
                || matches(Handed.glob(source.replace("{", "\\{").replace("}", "\\}")), path));
  }
}
