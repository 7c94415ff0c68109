package org.keras4j.ops.internal.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which functions a failure names: the one that was called, by its name in Keras, and the innermost that failed within it, if it
 * is another: {@code "ops.std: ops.var: ..."}.
 */
public final class Blame {
  private static final Pattern FUNCTION = Pattern.compile("(?:ops|random|activations)\\.[\\w.]+: ");

  private Blame() {}

  /**
   * What a function says of a failure within it.
   *
   * @param function its name, {@code "ops.std"}
   * @param said the message so far, which may begin with functions that it called
   * @return the message, the function in front
   */
  public static String on(String function, String said) {
    String own = function + ": ";
    Matcher inner = FUNCTION.matcher(said);
    if (said.startsWith(own) || !inner.lookingAt()) {
      return said.startsWith(own) ? said : own + said;
    }
    String rest = said.substring(inner.end());
    return own + (FUNCTION.matcher(rest).lookingAt() ? rest : said);
  }
}
