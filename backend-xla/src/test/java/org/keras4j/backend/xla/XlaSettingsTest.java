package org.keras4j.backend.xla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.xla.emit.Precision;
import org.keras4j.core.Keras;
import org.keras4j.core.spi.BackendException;

class XlaSettingsTest {
  private static final String[] NAMES = {
    "plugin", "precision", "flags", "client", "cache", "dump", "turned"
  };

  @AfterEach
  void clear() {
    for (String n : NAMES) {
      System.clearProperty("keras4j.xla." + n);
    }
  }

  @Test
  void readsProperties() {
    System.setProperty("keras4j.xla.precision", "default");
    System.setProperty("keras4j.xla.flags", "xla_a=true, xla_b=3");
    System.setProperty("keras4j.xla.client", "memory_fraction=0.5");
    System.setProperty("keras4j.xla.cache", "off");
    System.setProperty("keras4j.xla.plugin", "/somewhere/plugin.so");
    XlaSettings s = XlaSettings.read();
    assertEquals(Precision.DEFAULT, s.precision());
    assertEquals(Map.of("xla_a", "true", "xla_b", "3"), s.flags());
    assertEquals(Map.of("memory_fraction", "0.5"), s.client());
    assertNull(s.cache());
    assertEquals(XlaSettings.Turned.AUTO, s.turned());
    System.setProperty("keras4j.xla.turned", "off");
    assertEquals(XlaSettings.Turned.OFF, XlaSettings.read().turned());
    assertEquals("/somewhere/plugin.so", s.plugin());
    System.setProperty("keras4j.xla.cache", "/tmp/x");
    assertEquals(Path.of("/tmp/x"), XlaSettings.read().cache());
  }

  @Test
  void programsOfAPluginKeepRoundings() {
    System.setProperty("keras4j.xla.flags", "xla_a=1");
    assertEquals(Map.of("xla_a", "1"), XlaSettings.read().programFlags());
    System.setProperty("keras4j.xla.plugin", "/somewhere/plugin.so");
    assertEquals(
        Map.of("xla_a", "1", "xla_allow_excess_precision", "false"),
        XlaSettings.read().programFlags());
    System.setProperty("keras4j.xla.flags", "xla_allow_excess_precision=true");
    assertEquals("true", XlaSettings.read().programFlags().get("xla_allow_excess_precision"));
    System.setProperty("keras4j.xla.precision", "default");
    System.setProperty("keras4j.xla.flags", "");
    assertEquals(Map.of(), XlaSettings.read().programFlags());
  }

  @Test
  void refusesWhatItCannotRead() {
    System.setProperty("keras4j.xla.precision", "exact");
    assertThrows(IllegalArgumentException.class, XlaSettings::read);
    System.setProperty("keras4j.xla.precision", "high");
    System.setProperty("keras4j.xla.flags", "no value");
    assertThrows(IllegalArgumentException.class, XlaSettings::read);
  }

  @Test
  void aWrongPluginLeavesTheRestUsable() {
    System.setProperty("keras4j.xla.plugin", "/nowhere/plugin.so");
    BackendException e =
        assertThrows(BackendException.class, () -> new XlaBackendProvider().create());
    assertTrue(e.getMessage().contains("/nowhere/plugin.so"), e.getMessage());
    clear();
    assertEquals("xla", Keras.backend("jax").name());
    assertEquals("cpu:0", Keras.backend("xla").devices().get(0));
  }
}
