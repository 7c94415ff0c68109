package org.keras4j.onnx.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Unary;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.lowering.Claims;
import org.keras4j.onnx.internal.lowering.Refusal;
import org.keras4j.onnx.internal.operators.Operators;

/**
 * The page {@code docs/onnx.md}, from what the kit's primitives became: {@link PrimitivesInOnnxTest} writes it where
 * {@code -Dkeras4j.onnx.page} says.
 */
final class OnnxPage {
  private static final Map<String, Set<String>> FORMS = new TreeMap<>();
  private static final Map<String, String> REFUSALS = new TreeMap<>();

  private OnnxPage() {}

  private static String name(Primitive p) {
    if (p instanceof Unary u) {
      return "Unary " + u.kind();
    } else if (p instanceof Binary b) {
      return "Binary " + b.kind();
    } else if (p instanceof Reduce r) {
      return "Reduce " + r.kind();
    } else if (p instanceof Cumulative c) {
      return "Cumulative " + c.kind();
    }
    return p.label();
  }

  /** Takes what a graph of one primitive became. */
  static synchronized void form(Graph g, OnnxModel model) {
    if (g.nodes().size() == 1) {
      Node n = g.nodes().get(0);
      operators(model.graph(), FORMS.computeIfAbsent(name(n.primitive()), k -> new TreeSet<>()));
    }
  }

  /** Takes why a graph of one primitive became nothing. */
  static synchronized void refusal(Graph g, Refusal e) {
    if (g.nodes().size() == 1) {
      String text = e.getMessage();
      REFUSALS.put(
          name(g.nodes().get(0).primitive()),
          text.substring(text.lastIndexOf(": ") + 1).strip());
    }
  }

  private static void operators(OnnxGraph g, Set<String> into) {
    for (OnnxNode n : g.nodes()) {
      into.add(n.type());
      for (OnnxAttribute a : n.attributes().values()) {
        if (a.value() instanceof OnnxGraph inner) {
          operators(inner, into);
        }
      }
    }
  }

  /** Writes the page. */
  static synchronized void write(Path file) throws IOException {
    StringBuilder b = new StringBuilder();
    b.append("# Operators of ONNX\n\n"
            + "What `keras4j-onnx` [writes and reads](guides/exporting.md#onnx). ")
        .append("Made by `PrimitivesInOnnxTest` with `-Dkeras4j.onnx.page=docs/onnx.md`\n")
        .append("from what the kit's primitives became in opset 18, of all dtypes and settings"
            + " together.\n\n")
        .append("## Primitives\n\n| primitive | operators |\n|---|---|\n");
    FORMS.forEach((name, operators) -> b.append("| `")
        .append(name)
        .append("` | ")
        .append(operators.isEmpty() ? "a literal, or nothing" : String.join(" ", operators))
        .append(REFUSALS.containsKey(name) ? "; refused at times: " + REFUSALS.get(name) : "")
        .append(" |\n"));
    REFUSALS.forEach((name, why) -> {
      if (!FORMS.containsKey(name)) {
        b.append("| `").append(name).append("` | none: ").append(why).append(" |\n");
      }
    });
    b.append("\n## Composites\n\nThe others are written as their bodies.\n\n")
        .append("| composite | operator, and the opset that has it |\n|---|---|\n");
    for (CompositeName c : Composites.all()) {
      String op = Claims.operator(c);
      if (op != null) {
        b.append("| `").append(c.name()).append("` | ").append(op).append(" |\n");
      }
    }
    b.append("\n## Strings and tokens\n\nJava code of these layers has a form too:\n\n")
        .append("| layer | operators |\n|---|---|\n")
        .append(
            "| `StringLookup`, `IntegerLookup`, both ways | LabelEncoder of ai.onnx.ml, Mod |\n")
        .append("| `TextVectorization` split at whitespace, from opset 20 on | StringNormalizer"
            + " StringSplit StringConcat Loop LabelEncoder Pad |\n");
    b.append("\n## Read\n\n").append(String.join(" ", Operators.names())).append("\n");
    Files.writeString(file, b.toString());
  }
}
