package dev.samdan.build;

import dev.samdan.base.Glob;
import dev.samdan.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code buildspec.yml} as it was written (AWS CodeBuild user guide, "Build specification
 * reference").
 *
 * @param file the file's name, for messages
 * @param sharedShell true from version 0.2 on: all commands share directory and variables
 * @param phases those of the file, in the order in which they run
 * @param secondaryArtifacts by identifier
 * @param batch read and checked; a build runs the phases of its own file
 */
public record Buildspec(
    String file,
    boolean sharedShell,
    Env env,
    List<Phase> phases,
    List<ReportGroup> reports,
    @Nullable Artifacts artifacts,
    Map<String, Artifacts> secondaryArtifacts,
    @Nullable Cache cache,
    @Nullable Batch batch) {

  /** The names of the phases that hold commands, in the order in which they run. */
  static final List<String> PHASES = List.of("install", "pre_build", "build", "post_build");

  /** A buildspec, null where an error stands in its way, and everything worth saying about it. */
  public record Parsed(@Nullable Buildspec buildspec, List<Problem> problems) {}

  /**
   * What commands find in their environment.
   *
   * @param shell "bash" or "sh"
   * @param variables as written: nothing in them is expanded
   * @param secrets what parameter-store and secrets-manager name
   * @param exported names whose values the build hands on
   * @param gitCredentials whether git is signed in to the source's repositories
   */
  public record Env(
      String shell,
      Map<String, String> variables,
      List<SecretSource> secrets,
      List<String> exported,
      boolean gitCredentials) {}

  /**
   * A variable whose value comes from a store: {@code source} is parameter-store or
   * secrets-manager.
   */
  public record SecretSource(String source, String variable, String reference, int line) {}

  /**
   * A phase; {@code name} as in the file (pre_build).
   *
   * @param runAs the user that its commands run as: its own run-as, else the file's; empty for none
   */
  public record Phase(
      String name,
      List<Command> commands,
      List<Command> finallyCommands,
      OnFailure onFailure,
      List<RuntimeVersion> runtimes,
      String runAs,
      int line) {}

  /**
   * A language that the commands want.
   *
   * @param name CodeBuild's, such as python
   * @param version as written: exact, {@code 3.x}, {@code latest}, {@code corretto21} or a variable
   */
  public record RuntimeVersion(String name, String version, int line) {}

  /** One command, of one or several lines, and the line of the file on which it begins. */
  public record Command(String text, int line) {}

  /** What follows a failed phase. */
  public sealed interface OnFailure {
    /** Nothing said: a failed build phase is followed by post_build, any other ends the build. */
    record Unsaid() implements OnFailure {}

    record Abort() implements OnFailure {}

    record Continue() implements OnFailure {}

    /**
     * Runs the phase again, at most {@code count} times, where its output matches (null: always).
     */
    record Retry(int count, @Nullable Pattern output) implements OnFailure {}
  }

  /** Reports of one group. */
  public record ReportGroup(
      String name,
      List<String> files,
      String baseDirectory,
      boolean discardPaths,
      ReportFormat format,
      int line) {}

  /**
   * What the build hands on. Patterns are texts, because variables in them are expanded when the
   * build has run.
   *
   * @param baseDirectory a folder or a pattern of folders below the source folder; "." is the
   *     source folder
   */
  public record Artifacts(
      List<String> files,
      String name,
      boolean discardPaths,
      String baseDirectory,
      List<Glob> exclude,
      boolean enableSymlinks,
      int line) {}

  /**
   * What a later build of the application finds again.
   *
   * @param key as written: the build's shell evaluates it; empty for the project's own cache
   * @param fallbackKeys beginnings of keys, tried in order where none equals the key
   */
  public record Cache(
      List<String> paths,
      String key,
      List<String> fallbackKeys,
      boolean restores,
      boolean saves,
      int line) {}

  /**
   * What CodeBuild would run as several builds.
   *
   * @param kind build-list, build-graph, build-matrix or build-fanout
   * @param builds how many it would run
   */
  public record Batch(String kind, int builds, int line) {}

  /** Reads a buildspec; never throws for what the text holds. */
  public static Parsed parse(String file, String text) {
    return new BuildspecReader(file).read(text);
  }
}
