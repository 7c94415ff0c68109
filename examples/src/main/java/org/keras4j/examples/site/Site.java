package org.keras4j.examples.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Makes web pages of the README and the documentation, with a list of all pages beside each, and refuses links that lead
 * nowhere.
 *
 * <pre>{@code
 * ./mvnw -q -B -Psite -DskipTests package     # target/site/index.html
 * }</pre>
 */
public final class Site {
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
  private static final HtmlRenderer HTML =
      HtmlRenderer.builder().extensions(EXTENSIONS).build();
  private static final String SOURCE = "https://github.com/keras4j/keras4j/blob/main/";
  private static final String STYLE = """
      body{font:16px/1.55 system-ui,sans-serif;margin:0;display:flex;color:#222}
      nav{width:17em;flex:none;padding:1.5em;background:#f6f6f4;min-height:100vh;box-sizing:border-box;font-size:14px}
      nav a{display:block;padding:.15em 0;color:#333;text-decoration:none}nav a.here{font-weight:bold}
      main{padding:1.5em 3em;max-width:60em;min-width:0;box-sizing:border-box}
      pre{background:#f6f6f4;padding:1em;overflow-x:auto;font-size:14px}code{font-family:ui-monospace,monospace}
      table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #ddd;padding:.3em .6em;text-align:left}
      a{color:#b3541e}@media(max-width:50em){body{display:block}nav{width:auto;min-height:0}}
      """;

  private final Path root;
  private final Map<Path, Node> pages = new TreeMap<>();
  private final List<String> broken = new ArrayList<>();

  private Site(Path root) {
    this.root = root;
  }

  /** Takes the folder of the project and the folder to write to. */
  public static void main(String[] args) throws IOException {
    int pages = write(Path.of(args[0]), Path.of(args[1]));
    System.out.println(pages + " pages in " + args[1]);
  }

  /**
   * Writes the pages.
   *
   * @param project the folder with {@code README.md} and {@code docs}
   * @param to the folder for the pages; the README becomes its {@code index.html}
   * @return how many pages there are
   * @throws IllegalStateException that lists the links that lead nowhere
   */
  public static int write(Path project, Path to) throws IOException {
    Site site = new Site(project.toAbsolutePath().normalize());
    site.read();
    site.write(to);
    if (!site.broken.isEmpty()) {
      throw new IllegalStateException(
          "Links that lead nowhere:\n" + String.join("\n", site.broken));
    }
    return site.pages.size();
  }

  private void read() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String top :
        List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "THIRD-PARTY.md")) {
      if (Files.exists(root.resolve(top))) {
        files.add(Path.of(top));
      }
    }
    try (Stream<Path> walk = Files.walk(root.resolve("docs"))) {
      walk.filter(f -> f.toString().endsWith(".md")).map(root::relativize).forEach(files::add);
    }
    for (Path f : files) {
      pages.put(f, PARSER.parse(Files.readString(root.resolve(f))));
    }
  }

  private void write(Path to) throws IOException {
    for (Map.Entry<Path, Node> page : pages.entrySet()) {
      Path from = page.getKey();
      page.getValue().accept(new Links(from));
      Path target = to.resolve(html(from));
      Files.createDirectories(target.getParent());
      Files.writeString(target, text(from, page.getValue()));
    }
    try (Stream<Path> walk = Files.walk(root.resolve("docs"))) {
      for (Path f :
          (Iterable<Path>) walk.filter(f -> f.toString().matches(".*\\.(svg|png)"))::iterator) {
        Files.copy(
            f, to.resolve(root.relativize(f).toString()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** {@code docs/ops.md} as {@code docs/ops.html}; a README is the index of its folder. */
  private static String html(Path page) {
    String s = page.toString().replace('\\', '/');
    return s.endsWith("README.md")
        ? s.substring(0, s.length() - "README.md".length()) + "index.html"
        : s.substring(0, s.length() - ".md".length()) + ".html";
  }

  private String text(Path page, Node body) {
    StringBuilder nav = new StringBuilder();
    for (Map.Entry<Path, Node> p : pages.entrySet()) {
      nav.append("<a href=\"").append(between(page, p.getKey())).append('"');
      nav.append(p.getKey().equals(page) ? " class=\"here\">" : ">")
          .append(title(p.getValue()))
          .append("</a>\n");
    }
    return "<!DOCTYPE html>\n"
        + "<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
        + " content=\"width=device-width\">"
        + "<title>" + title(body) + "</title><style>" + STYLE + "</style></head>\n<body><nav>\n"
        + nav + "</nav><main>\n"
        + HTML.render(body) + "</main></body></html>\n";
  }

  private static String between(Path from, Path to) {
    Path folder = Path.of(html(from)).getParent();
    Path target = Path.of(html(to));
    Path way = folder == null ? target : folder.relativize(target);
    return way.toString().replace('\\', '/');
  }

  /** The first heading. */
  private static String title(Node page) {
    StringBuilder out = new StringBuilder();
    Node heading = page.getFirstChild();
    while (heading != null && !(heading instanceof Heading)) {
      heading = heading.getNext();
    }
    if (heading != null) {
      heading.accept(new AbstractVisitor() {
        @Override
        public void visit(Text t) {
          out.append(t.getLiteral());
        }

        @Override
        public void visit(Code c) {
          out.append(c.getLiteral());
        }
      });
    }
    return out.toString().replace("&", "&amp;").replace("<", "&lt;");
  }

  /** Turns links to pages into links to their web pages, and links to other files into links to the source. */
  private final class Links extends AbstractVisitor {
    private final Path page;

    Links(Path page) {
      this.page = page;
    }

    @Override
    public void visit(Link link) {
      String to = link.getDestination();
      if (!to.matches("[a-z]+:.*") && !to.startsWith("#")) {
        int hash = to.indexOf('#');
        String anchor = hash < 0 ? "" : to.substring(hash);
        Path file = root.resolve(page)
            .resolveSibling(hash < 0 ? to : to.substring(0, hash))
            .normalize();
        Path known = root.relativize(file);
        if (pages.containsKey(known)) {
          link.setDestination(between(page, known) + anchor);
        } else if (Files.exists(file)) {
          link.setDestination(
              to.endsWith(".svg") ? to : SOURCE + known.toString().replace('\\', '/') + anchor);
        } else {
          broken.add(page + ": " + to);
        }
      }
      visitChildren(link);
    }
  }
}
