package org.keras4j.hub.tasks;

import java.util.List;
import org.keras4j.text.Tokenizer;

/** The token that fills texts up. */
final class TokenFill {
  private TokenFill() {}

  /** Its number, by the names that it has; 0 in vocabularies without one. */
  static int of(Tokenizer tokenizer) {
    for (String name : List.of("[PAD]", "<pad>")) {
      Integer id = tokenizer.tokenToId(name);
      if (id != null) {
        return id;
      }
    }
    return 0;
  }
}
