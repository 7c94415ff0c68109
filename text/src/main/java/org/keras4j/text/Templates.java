package org.keras4j.text;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.text.internal.pipeline.Pipeline;
import org.keras4j.text.internal.pipeline.Template;
import org.keras4j.text.internal.pipeline.Template.Part;

/** Reads how tokens stand around texts: {@code [CLS] $A [SEP]}. */
final class Templates {
  private Templates() {}

  static Template of(Pipeline pipeline, String single, String pair) {
    return new Template(parts(pipeline, single), parts(pipeline, pair));
  }

  private static List<Part> parts(Pipeline pipeline, String line) {
    List<Part> out = new ArrayList<>();
    for (String word : line.trim().split("\\s+")) {
      boolean typed = word.length() > 2 && word.endsWith(":1") || word.endsWith(":0");
      String name = typed ? word.substring(0, word.length() - 2) : word;
      int type = typed ? word.charAt(word.length() - 1) - '0' : 0;
      if (name.equals("$A")) {
        out.add(Part.first(type));
      } else if (name.equals("$B")) {
        out.add(Part.second(type));
      } else {
        int id = pipeline.id(name);
        if (id < 0) {
          throw new IllegalArgumentException(
              "specialTokens: '" + name + "' of '" + line + "' is not in the vocabulary");
        }
        out.add(Part.tokens(List.of(id), type));
      }
    }
    return out;
  }
}
