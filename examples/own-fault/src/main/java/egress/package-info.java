/** A fault of one's own: its record, and the annotation that declares it on a test. */
package egress;
