/** The documentation as a web site. */
package org.keras4j.examples.site;
