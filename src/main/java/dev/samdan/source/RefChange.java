package dev.samdan.source;

/**
 * One ref of a push, with what of the history the branch rules ask.
 *
 * @param ref in full, such as {@code refs/heads/feature/sign-in}
 * @param strangers commits in it that are on the fixed branch it is not made from, and not on the
 *     one it is made from
 * @param holdsTip whether it contains the newest commit of the branch it is made from; of a
 *     deletion, whether nothing of it is lost
 * @param signed of a tag, whether it is annotated and signed
 */
record RefChange(String ref, Move move, int strangers, boolean holdsTip, boolean signed) {
  static final String HEADS = "refs/heads/";
  static final String TAGS = "refs/tags/";

  /** How a ref moves. */
  enum Move {
    CREATE,
    FORWARD,
    REWRITE,
    DELETE
  }

  boolean isBranch() {
    return ref.startsWith(HEADS);
  }

  boolean isTag() {
    return ref.startsWith(TAGS);
  }

  /** The ref's name without where it stands. */
  String name() {
    return isBranch()
        ? ref.substring(HEADS.length())
        : isTag() ? ref.substring(TAGS.length()) : ref;
  }
}
