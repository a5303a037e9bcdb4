package dev.samdan.build;

import dev.samdan.base.Confinement;
import dev.samdan.isolation.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to build and where.
 *
 * @param id {@code <project>:<uuid>}
 * @param source the folder in which commands begin, CODEBUILD_SRC_DIR
 * @param secondarySources folders of further inputs by name, CODEBUILD_SRC_DIR_name
 * @param buildspec path below {@code source}
 * @param buildspecName how messages name the file
 * @param environment further variables; they win over the buildspec's
 * @param secrets what it may know and its log may not show
 * @param work an empty folder for the runner's own files; its owner deletes it afterwards
 * @param home HOME of the commands
 * @param log where the log is written
 * @param outputs the zips to write: "" for the primary artifact, else by secondary identifier
 * @param terms where it runs and within which bounds
 * @param account as whom the commands run; empty for the user that runs this
 */
public record BuildRequest(
    String id,
    Path source,
    Map<String, Path> secondarySources,
    String buildspec,
    String buildspecName,
    Map<String, String> environment,
    BuildSecrets secrets,
    Path work,
    Path home,
    Path log,
    Map<String, Path> outputs,
    BuildTerms terms,
    Optional<Account> account) {
  public BuildRequest {
    secondarySources = Map.copyOf(secondarySources);
    environment = Map.copyOf(environment);
    outputs = Map.copyOf(outputs);
  }

  /** The id's first part. */
  public String project() {
    return id.substring(0, id.indexOf(':'));
  }

  /** The id's second part. */
  public String uuid() {
    return id.substring(id.indexOf(':') + 1);
  }

  /** The folders of its own that its commands see: sources, temporary files and the shell's. */
  List<Path> folders() throws IOException {
    try (Stream<Path> own = Files.list(work)) {
      return Stream.concat(
              Stream.of(home), own.filter(f -> Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS)))
          .toList();
    }
  }

  /** How its commands are confined; null where they run as the user that runs this. */
  @Nullable Confinement confinement(Map<String, String> variables) throws IOException {
    Account as = account.orElse(null);
    return as == null
        ? null
        : as.confinement(work.resolve("tmp"), folders(), tools(as, variables.get("PATH")));
  }

  /** Folders of PATH that Samdan itself puts there. */
  private static List<Path> tools(Account as, @Nullable String path) {
    return Stream.of(String.valueOf(path).split(":"))
        .filter(f -> f.startsWith("/"))
        .map(Path::of)
        .filter(f -> f.startsWith(as.home()) && Files.isDirectory(f))
        .distinct()
        .toList();
  }

  /** The same in another place. */
  BuildRequest in(Workplace where) {
    return new BuildRequest(
        id,
        source,
        secondarySources,
        buildspec,
        buildspecName,
        environment,
        secrets,
        work,
        home,
        log,
        outputs,
        new BuildTerms(terms.limits(), where, terms.caches()),
        account);
  }

  /** Makes HOME and the folder for temporary files, which the commands own. */
  void makeFolders() throws IOException {
    Path temporary = Files.createDirectories(work.resolve("tmp"));
    if (account.isPresent()) {
      account.get().own(temporary);
      account.get().keep(home);
    } else {
      Files.createDirectories(home);
    }
  }

  /** Whether a file may be read on the build's behalf, wherever its links lead. */
  Predicate<Path> mayRead() throws IOException {
    List<Path> folders = folders();
    if (terms.where() instanceof Workplace.Container) {
      // Its links mean the container's files, and only these folders of the machine are in it.
      return file -> isBelow(file, folders);
    }
    Account as = account.orElse(null);
    return as == null ? file -> true : file -> as.mayRead(file, folders);
  }

  private boolean isBelow(Path file, List<Path> folders) {
    try {
      Path real = file.toRealPath();
      for (Path folder : folders) {
        if (Files.exists(folder) && real.startsWith(folder.toRealPath())) {
          return true;
        }
      }
      return real.startsWith(source.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  /** The machine's folders by the paths that the commands know them by. */
  Map<Path, Path> seenElsewhere() {
    return terms.where() instanceof Workplace.Container ? ContainerProcess.seen(this) : Map.of();
  }

  /** Without environment and secrets. */
  @Override
  public String toString() {
    return id + " in " + source;
  }
}
