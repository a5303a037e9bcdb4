package dev.samdan.source;

import dev.samdan.base.Glob;
import java.util.List;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Passes the files that match a glob, and the folders in which one may. */
final class GlobTreeFilter extends TreeFilter {
  private final List<Glob> globs;
  private final List<String> prefixes;

  GlobTreeFilter(List<Glob> globs) {
    this.globs = globs;
    this.prefixes = globs.stream().map(g -> literalPrefix(g.toString())).toList();
  }

  /** What stands before the first character that has a meaning of its own. */
  private static String literalPrefix(String glob) {
    int end = 0;
    while (end < glob.length() && "*?[{\\".indexOf(glob.charAt(end)) < 0) {
      end++;
    }
    return glob.substring(0, end);
  }

  @Override
  public boolean include(TreeWalk walk) {
    String path = walk.getPathString();
    if (!walk.isSubtree()) {
      return globs.stream().anyMatch(g -> g.matches(path));
    }
    String folder = path + "/";
    return prefixes.stream().anyMatch(p -> p.startsWith(folder) || folder.startsWith(p));
  }

  @Override
  public boolean shouldBeRecursive() {
    return true;
  }

  @Override
  public TreeFilter clone() {
    return new GlobTreeFilter(globs);
  }
}
