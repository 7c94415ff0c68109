package org.keras4j.backend.pytorch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of a model as libtorch's modules take them: the path {@code block/dense/kernel} is the member {@code kernel} of
 * {@code dense} in {@code block}. What is no identifier of Python becomes one; what is taken already, by a weight or by a
 * module, gets a number.
 */
public final class ModuleNames {
  // what a module has already, and what Python's grammar has
  private static final Set<String> TAKEN = Set.of(
      "False",
      "None",
      "True",
      "and",
      "as",
      "assert",
      "async",
      "await",
      "break",
      "buffers",
      "children",
      "class",
      "continue",
      "def",
      "del",
      "elif",
      "else",
      "eval",
      "except",
      "finally",
      "for",
      "forward",
      "from",
      "global",
      "if",
      "import",
      "in",
      "is",
      "lambda",
      "modules",
      "nonlocal",
      "not",
      "or",
      "parameters",
      "pass",
      "raise",
      "return",
      "self",
      "torch",
      "train",
      "training",
      "try",
      "where",
      "while",
      "with",
      "yield");

  private final Set<String> leaves = new HashSet<>();
  private final Set<String> modules = new HashSet<>();

  /** The parts of a path, unlike those of all paths before. */
  public List<String> parts(String path) {
    List<String> out = new ArrayList<>();
    String prefix = "";
    String[] words = path.split("/");
    for (int i = 0; i < words.length - 1; i++) {
      String name = free(prefix, identifier(words[i]), leaves);
      out.add(name);
      prefix += name + "/";
      modules.add(prefix);
    }
    String wanted = identifier(words[words.length - 1]);
    String leaf = wanted;
    for (int i = 1; modules.contains(prefix + leaf + "/") || !leaves.add(prefix + leaf); i++) {
      leaf = wanted + "_" + i;
    }
    out.add(leaf);
    return out;
  }

  // a module of that name that is there is meant; a weight of that name is not
  private static String free(String prefix, String wanted, Set<String> leaves) {
    String name = wanted;
    for (int i = 1; leaves.contains(prefix + name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** A name as an identifier; also unlike the variables of a program's text. */
  static String identifier(String name) {
    String s = name.replaceAll("[^A-Za-z0-9_]", "_");
    if (s.isEmpty() || Character.isDigit(s.charAt(0)) || s.startsWith("__")) {
      s = "_" + s.replaceFirst("^_+", "");
    }
    return TAKEN.contains(s) || s.matches("[xcvfp]\\d+b?") ? s + "_" : s;
  }
}
