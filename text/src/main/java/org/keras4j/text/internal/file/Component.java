package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A part of a JSON file, which notices entries that nobody asked for. */
final class Component {
  private final String where;
  private final JsonNode node;
  private final Set<String> read = new HashSet<>(Set.of("type"));

  Component(String where, JsonNode node) {
    this.where = where;
    this.node = node;
    if (!node.isObject()) {
      throw new IllegalArgumentException(where + ": expected an object, got " + node.getNodeType());
    }
  }

  /** Which kind of component it is; of old files that do not say, "". */
  String type() {
    return node.path("type").asText("");
  }

  String where() {
    return where;
  }

  JsonNode raw(String key) {
    read.add(key);
    return node.path(key);
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode n = raw(key);
    if (n.isMissingNode() || n.isNull()) {
      return otherwise;
    }
    if (!n.isBoolean()) {
      throw wrong(key, "true or false", n);
    }
    return n.booleanValue();
  }

  int number(String key, int otherwise) {
    JsonNode n = raw(key);
    if (n.isMissingNode() || n.isNull()) {
      return otherwise;
    }
    if (!n.canConvertToInt()) {
      throw wrong(key, "an integer", n);
    }
    return n.intValue();
  }

  String string(String key) {
    String s = string(key, null);
    if (s == null) {
      throw new IllegalArgumentException(where + ": " + key + " is missing");
    }
    return s;
  }

  @Nullable
  String string(String key, @Nullable String otherwise) {
    JsonNode n = raw(key);
    if (n.isMissingNode() || n.isNull()) {
      return otherwise;
    }
    if (!n.isTextual()) {
      throw wrong(key, "a string", n);
    }
    return n.textValue();
  }

  /** A string of one character. */
  char character(String key) {
    String s = string(key);
    if (s.length() != 1) {
      throw new IllegalArgumentException(
          where + ": " + key + " is '" + s + "', expected one character");
    }
    return s.charAt(0);
  }

  /** The components of a list. */
  List<Component> list(String key) {
    JsonNode n = raw(key);
    if (!n.isArray()) {
      throw wrong(key, "a list", n);
    }
    List<Component> out = new ArrayList<>();
    for (JsonNode e : n) {
      out.add(new Component(where + "." + key + "[" + out.size() + "]", e));
    }
    return out;
  }

  Component child(String key) {
    return new Component(where + "." + key, raw(key));
  }

  /** Refuses what nobody asked for, and gives a result on. */
  <T> T done(T result) {
    for (Iterator<String> i = node.fieldNames(); i.hasNext(); ) {
      String key = i.next();
      if (!read.contains(key)) {
        throw new IllegalArgumentException(where + (type().isEmpty() ? "" : " " + type())
            + ": the setting '" + key + "' is not known");
      }
    }
    return result;
  }

  IllegalArgumentException unknownType(String what) {
    return new IllegalArgumentException(
        where + ": " + what + " of type '" + type() + "' is not supported");
  }

  IllegalArgumentException wrong(String key, String expected, JsonNode got) {
    return new IllegalArgumentException(
        where + ": " + key + " is " + got.getNodeType() + ", expected " + expected);
  }
}
