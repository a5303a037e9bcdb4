package dev.samdan.source;

import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Ref;

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

  /** What Samdan keeps for itself: no client sees it or pushes to it. */
  static final String OWN = "refs/samdan/";

  /** How a ref moves. */
  enum Move {
    CREATE,
    FORWARD,
    REWRITE,
    DELETE
  }

  /** The refs that clients are told of. */
  static Map<String, Ref> shown(Map<String, Ref> refs) {
    return refs.entrySet().stream()
        .filter(ref -> !ref.getKey().startsWith(OWN))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
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
