package org.keras4j.models;

import org.keras4j.models.PlotGraph.Arrow;
import org.keras4j.models.PlotGraph.Box;
import org.keras4j.models.PlotGraph.Cell;
import org.keras4j.models.PlotGraph.Frame;
import org.keras4j.models.PlotGraph.Part;

/** A plot as text for Graphviz, in the form that Keras gives it. */
final class PlotDot {
  private PlotDot() {}

  static String write(PlotGraph graph, String rankdir, String splines, int dpi) {
    StringBuilder b = new StringBuilder("digraph G {\n");
    b.append("rankdir=").append(rankdir).append(";\n");
    b.append("concentrate=true;\n");
    b.append("dpi=").append(dpi).append(";\n");
    b.append("splines=").append(splines).append(";\n");
    b.append("node [shape=record];\n");
    graph.root().parts().forEach(p -> part(b, p));
    for (Arrow a : graph.arrows()) {
      b.append(a.from()).append(" -> ").append(a.to()).append(" [penwidth=2];\n");
    }
    return b.append("}\n").toString();
  }

  private static void part(StringBuilder b, Part part) {
    if (part instanceof Frame f) {
      b.append("subgraph cluster_").append(f.id()).append(" {\n");
      b.append("style=dashed;\n");
      b.append("label=\"").append(quoted(f.name())).append("\";\n");
      b.append("labeljust=l;\n");
      f.parts().forEach(p -> part(b, p));
      b.append("}\n");
    } else if (part instanceof Box box) {
      b.append(box.id()).append(" [label=");
      label(b, box);
      b.append(", fontname=\"Helvetica\", border=0, margin=0];\n");
    }
  }

  private static void label(StringBuilder b, Box box) {
    int span = Math.max(1, box.cells().size());
    b.append("<<table border=\"0\" cellborder=\"1\" bgcolor=\"black\" cellpadding=\"10\">");
    b.append("<tr><td colspan=\"").append(span).append("\" bgcolor=\"black\">");
    b.append("<font point-size=\"16\" color=\"white\">");
    if (box.name() == null) {
      b.append("<b>").append(escaped(box.type())).append("</b>");
    } else {
      b.append("<b>").append(escaped(box.name())).append("</b> (");
      b.append(escaped(box.type())).append(")");
    }
    b.append("</font></td></tr>");
    if (box.activation() != null) {
      b.append("<tr><td bgcolor=\"white\" colspan=\"").append(span).append("\">");
      b.append("<font point-size=\"14\">Activation: <b>");
      b.append(escaped(box.activation())).append("</b></font></td></tr>");
    }
    if (!box.cells().isEmpty()) {
      b.append("<tr>");
      for (Cell c : box.cells()) {
        b.append("<td bgcolor=\"")
            .append(c.color() == null ? "white" : c.color())
            .append("\">");
        b.append("<font point-size=\"14\"").append(c.color() == null ? ">" : " color=\"white\">");
        b.append(c.what()).append("<b>").append(escaped(c.value())).append("</b></font></td>");
      }
      b.append("</tr>");
    }
    b.append("</table>>");
  }

  private static String quoted(String s) {
    return s.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** A text as HTML and SVG have it. */
  static String escaped(String s) {
    return s.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
