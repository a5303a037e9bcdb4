package dev.samdan.pullrequest;

import dev.samdan.source.Diff;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which existing tests a change edits or takes away, as their paths tell: folders and names that
 * test tools look for, and the files that say which tests run.
 */
final class TestFiles {
  private static final Pattern TEST =
      Pattern.compile(
          "(.*/)?(tests?|__tests__|specs?|testing|integration_test)/.+"
              + "|(.*/)?(test_[^/]*|[^/]*_test)\\.[a-z]+"
              + "|(.*/)?[^/]*[.-](test|spec)\\.[a-z]+"
              + "|(.*/)?[A-Z][^/]*(Test|Tests|IT|Spec)\\.[a-z]+");

  /** A test that is not run is as good as deleted. */
  private static final Pattern RUNNER =
      Pattern.compile(
          "(.*/)?(buildspec[^/]*\\.ya?ml|pytest\\.ini|conftest\\.py|tox\\.ini|jest\\.config\\.[a-z]+|vitest\\.config\\.[a-z]+)");

  private TestFiles() {}

  static boolean isTest(String path) {
    return TEST.matcher(path).matches();
  }

  /** The paths as they were before; new tests are none of them. */
  static List<String> touched(Diff diff) {
    List<String> touched = new ArrayList<>();
    for (Diff.File file : diff.files()) {
      String before = file.oldPath() == null ? file.path() : file.oldPath();
      switch (file.change()) {
        case MODIFIED, DELETED, RENAMED -> {
          if (isTest(before) || RUNNER.matcher(before).matches()) {
            touched.add(before);
          }
        }
        case ADDED, COPIED -> {}
      }
    }
    return touched;
  }
}
