package dev.samdan.source;

import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.jspecify.annotations.Nullable;

/**
 * A repository elsewhere, asked and fetched by the {@code git} command, which knows every
 * transport. A credential stands for the time of one command in a file that only control may read:
 * in no address, no process list, no environment.
 */
final class RemoteGit {
  /** Bounds of one command. */
  record Limits(Duration ask, Duration fetch, long largestPack, int mostRefs) {
    static final Limits USUAL =
        new Limits(Duration.ofSeconds(30), Duration.ofMinutes(20), 4L << 30, 50_000);
  }

  private static final List<String> SETTINGS =
      List.of(
          "gc.auto=0",
          "maintenance.auto=false",
          "credential.helper=",
          "http.lowSpeedLimit=1000",
          "http.lowSpeedTime=60",
          "fetch.unpackLimit=1",
          "fetch.writeCommitGraph=false",
          "fetch.fsckObjects=true",
          // Old histories hold these; they do no harm.
          "fetch.fsck.zeroPaddedFilemode=warn",
          "fetch.fsck.missingEmail=warn",
          "fetch.fsck.missingSpaceBeforeDate=warn",
          "fetch.fsck.badTimezone=warn",
          "transfer.credentialsInUrl=die");

  private static final int BLOCK = 512;

  private final Path folder;
  private final Limits limits;

  /**
   * @param folder of the repositories
   */
  RemoteGit(Path folder, Limits limits) {
    this.folder = folder;
    this.limits = limits;
  }

  /**
   * What a remote has.
   *
   * @param refs commits and tags by their refs: branches, tags, and what was asked for beside
   * @param head the branch that a clone checks out; null where it has none
   */
  record Offered(Map<String, String> refs, @Nullable String head) {}

  /**
   * The refs of the remote that match, and nothing else of it.
   *
   * @param further refs beside branches and tags
   */
  Offered ask(RemoteUrl url, Credential credential, List<String> further) {
    List<String> arguments =
        new ArrayList<>(List.of("ls-remote", "--symref", "--", url.text(), "HEAD"));
    arguments.addAll(List.of(RefChange.HEADS + "*", RefChange.TAGS + "*"));
    arguments.addAll(further);
    String output = with(url, credential, limits.ask(), Map.of(), git -> git.run(arguments));
    return offered(output);
  }

  private Offered offered(String output) {
    Map<String, String> refs = new TreeMap<>();
    String head = null;
    for (String line : output.lines().toList()) {
      String[] words = line.split("\t", 2);
      if (words.length == 2 && words[0].startsWith("ref: ") && words[1].equals("HEAD")) {
        head = words[0].substring(5);
      } else if (words.length == 2 && words[1].startsWith("refs/") && !words[1].endsWith("^{}")) {
        refs.put(words[1], words[0]);
      }
    }
    if (refs.size() > limits.mostRefs()) {
      throw new PlatformException(
          PlatformException.Code.TOO_LARGE,
          "the remote has "
              + refs.size()
              + " branches and tags; "
              + limits.mostRefs()
              + " are the most");
    }
    return new Offered(refs, head);
  }

  /**
   * Fetches the remote's branches and tags (and what is asked for beside) into a quarantine; no ref
   * of the repository itself moves.
   *
   * @return what the remote had while it was fetched, each object of it now there
   */
  Map<String, String> fetch(
      RemoteUrl url,
      Credential credential,
      Quarantine into,
      Path mainObjects,
      List<String> further) {
    List<String> arguments =
        new ArrayList<>(
            List.of("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", url.text()));
    arguments.addAll(List.of("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"));
    further.forEach(ref -> arguments.add("+" + ref + ":" + ref));
    Map<String, String> places =
        Map.of(
            "GIT_OBJECT_DIRECTORY",
            into.objects().toString(),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            mainObjects.toString());
    return with(
        url,
        credential,
        limits.fetch(),
        places,
        git -> {
          fetch(git, arguments, into.objects());
          Map<String, String> refs = new TreeMap<>();
          git.run(List.of("for-each-ref", "--format=%(objectname) %(refname)"))
              .lines()
              .forEach(line -> refs.put(line.substring(41), line.substring(0, 40)));
          return refs;
        });
  }

  private void fetch(GitCommand git, List<String> arguments, Path objects) {
    try {
      String _ = git.run(arguments);
    } catch (PlatformException e) {
      // The pack was cut off at the bound, which git tells in many ways.
      if (largest(objects.resolve("pack")) >= limits.largestPack() / BLOCK * BLOCK) {
        throw new PlatformException(
            PlatformException.Code.TOO_LARGE,
            "it is larger than " + (limits.largestPack() >> 20) + " MB, which is the most",
            e);
      }
      throw e;
    }
  }

  private static long largest(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).max().orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Use<T> {
    T of(GitCommand git);
  }

  /** A repository without anything, for the time of one use, with the credential beside it. */
  private <T> T with(
      RemoteUrl url,
      Credential credential,
      Duration longest,
      Map<String, String> places,
      Use<T> use) {
    Path gitDir = folder.resolve(Repositories.FRESH + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      Files.createDirectory(
          gitDir,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (FileRepository repository = new FileRepository(gitDir.toFile())) {
        repository.create(true);
      }
      List<String> settings = new ArrayList<>(SETTINGS);
      Map<String, String> environment = new HashMap<>(places);
      environment.put("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
      switch (credential) {
        case Credential.None() -> environment.put("GIT_SSH_COMMAND", ssh(gitDir, false));
        case Credential.Token token -> {
          Path file = secretFile(gitDir, "credentials", line(url, token));
          settings.add("credential.helper=store --file=" + quoted(file));
          environment.put("GIT_SSH_COMMAND", ssh(gitDir, false));
        }
        case Credential.DeployKey key -> {
          Path _ = secretFile(gitDir, "key", key.privateKey().strip() + "\n");
          environment.put("GIT_SSH_COMMAND", ssh(gitDir, true));
        }
      }
      return use.of(new GitCommand(gitDir, settings, environment, longest, limits.largestPack()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Folders.delete(gitDir);
    }
  }

  private static Path secretFile(Path gitDir, String name, String content) throws IOException {
    Path file = gitDir.resolve(name);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content);
  }

  /** As git-credential-store reads it; offered to this server only. */
  private static String line(RemoteUrl url, Credential.Token token) {
    String named = url.user() != null ? url.user() : token.user();
    String user = named == null || named.isEmpty() ? "x-access-token" : named;
    return url.scheme()
        + "://"
        + URLEncoder.encode(user, StandardCharsets.UTF_8)
        + ":"
        + URLEncoder.encode(token.value(), StandardCharsets.UTF_8).replace("+", "%20")
        + "@"
        + url.host()
        + "\n";
  }

  /**
   * No key but the one given; a server's own key is kept when it is first seen, and another one
   * later is refused.
   */
  private String ssh(Path gitDir, boolean keyed) {
    String options =
        " -F /dev/null -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15"
            + " -o IdentityAgent=none -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new"
            + " -o UserKnownHostsFile="
            + quoted(folder.resolve("known_hosts"));
    return "ssh" + options + " -i " + (keyed ? quoted(gitDir.resolve("key")) : "/dev/null");
  }

  /** As the shell that git starts reads it. */
  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }
}
