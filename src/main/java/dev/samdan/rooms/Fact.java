package dev.samdan.rooms;

/** The names of a message's facts. */
final class Fact {
  static final String APPLICATION = "application";
  static final String ENVIRONMENT = "environment";
  static final String PIPELINE = "pipeline";
  static final String NUMBER = "number";
  static final String COMMIT = "commit";
  static final String SUBJECT = "subject";
  static final String AUTHOR = "author";
  static final String BY = "by";
  static final String STAGE = "stage";
  static final String ACTION = "action";
  static final String ERROR = "error";
  static final String COMMENT = "comment";
  static final String SUMMARY = "summary";
  static final String PASSED = "passed";
  static final String SKIPPED = "skipped";
  static final String NEWER = "newer";
  static final String LINK = "link";
  static final String TEXT = "text";
  static final String KOREAN = "korean";
  static final String SOURCE = "source";
  static final String TARGET = "target";
  static final String VERSION = "version";
  static final String FILES = "files";

  private Fact() {}

  /** Seven digits, as git shows it. */
  static String shortCommit(String commit) {
    return commit.substring(0, Math.min(7, commit.length()));
  }

  static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }
}
