package org.keras4j.backend.pytorch.script;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which expressions of a script may be views: what {@link Memory} believes rests on it. */
public final class Views {
  /** Functions whose result may lie in the memory of their first argument. */
  private static final Set<String> FUNCTIONS = Set.of(
      "broadcast_tensors",
      "conj",
      "contiguous",
      "detach",
      "diagonal",
      "expand",
      "flatten",
      "imag",
      "movedim",
      "narrow",
      "permute",
      "real",
      "reshape",
      "select",
      "slice",
      "squeeze",
      "t",
      "transpose",
      "unfold",
      "unsqueeze",
      "view");

  /** Those of them several elements of whose result may lie in one place. */
  private static final Pattern REPEATING =
      Pattern.compile("torch\\.(broadcast_tensors|expand|unfold)\\(");

  private static final Pattern VARIABLE = Pattern.compile("[a-z]\\w*");

  private Views() {}

  /** The variable that an expression may be a view of; null if its memory is new. */
  public static @Nullable String of(String expression) {
    String e = expression;
    while (e.endsWith("]")) { // an element of a list of results
      e = e.substring(0, opening(e));
    }
    if (VARIABLE.matcher(e).matches()) {
      return e.length() == expression.length() ? e : null;
    }
    if (!e.endsWith(")")) {
      return null;
    }
    int open = opening(e);
    int dot = e.lastIndexOf('.', open);
    String receiver = e.substring(0, Math.max(0, dot));
    String function = e.substring(dot + 1, open);
    if (receiver.equals("torch")) {
      return FUNCTIONS.contains(function) ? of(firstArgument(e, open)) : null;
    }
    return function.equals("contiguous") ? of(receiver) : null; // others convert
  }

  /** Where the bracket that ends an expression was opened. */
  private static int opening(String e) {
    int depth = 0;
    int i = e.length();
    do {
      i--;
      char c = e.charAt(i);
      depth += c == ')' || c == ']' ? 1 : c == '(' || c == '[' ? -1 : 0;
    } while (depth > 0);
    return i;
  }

  private static String firstArgument(String e, int open) {
    int depth = 0;
    for (int i = open + 1; i < e.length(); i++) {
      char c = e.charAt(i);
      if (depth == 0 && (c == ',' || c == ')')) {
        return e.substring(open + 1, i);
      }
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    }
    return "";
  }

  /** Whether an expression may repeat elements of what it is a view of. */
  public static boolean repeats(String expression) {
    return REPEATING.matcher(expression).find();
  }
}
