# SPDX-License-Identifier: GPL-2.0-only
#
# The lines of the benchmark on standard input; a table on standard output, the same as JSON
# in the file @json and a bar chart in the file @svg. @bed names the machine.
#
#   row DRIVER NAME UNIT MEDIAN SPREAD      counted; SPREAD in per cent, between the quartiles
#   wall DRIVER NAME UNIT MEDIAN SPREAD     the same in wall time

BEGIN {
	add("floor", "ioctl that does nothing")
	add("port_write", "port write")
	add("port_read", "port read")
	add("mmio_write", "MMIO write")
	add("mmio_read", "MMIO read")
	add("hypercall", "hypercall")
	add("inside", "exit handled in the kernel")
	add("inject", "interrupt to its handler, and back")
	add("wake", "halted guest woken by a thread")
	add("kick", "halted guest kicked by a thread")
	add("touch_new", "first touch, page")
	add("touch_present", "first touch, page the host has")
	add("touch_new_huge", "first touch, huge page, per 4 KiB")
	add("touch_present_huge", "the same, huge page the host has")
	add("life", "VM and vCPU: create, run, close")
	add("state", "save and restore a vCPU")
	add("vm_memory", "kernel memory of a VM (bytes)")
	add("vcpu_memory", "kernel memory of a vCPU (bytes)")
}

function add(name, title) { order[++rows] = name; titles[name] = title }

$1 == "row" || $1 == "wall" {
	median[$1, $2, $3] = $5
	spread[$1, $2, $3] = $6
	unit[$3] = $1 == "row" ? $4 : unit[$3]
}

function has(kind, driver, name) { return (kind, driver, name) in median }

function value(kind, driver, name) {
	return has(kind, driver, name) ? median[kind, driver, name] : "-"
}

function divided(a, b, format) { return b + 0 ? sprintf(format, a / b) : "-" }

function ratio(name) {
	if (!has("row", "axvcpu", name) || !has("row", "kvm", name))
		return "-"
	return divided(value("row", "axvcpu", name), value("row", "kvm", name), "%.3f")
}

# How many times the ioctl that does nothing; bytes are none of that.
function floors(name) {
	if (unit[name] != "insns" || !has("row", "axvcpu", name))
		return "-"
	return divided(value("row", "axvcpu", name), value("row", "axvcpu", "floor"), "%.1f")
}

function wall(driver, name) {
	if (!has("wall", driver, name) || unit[name] == "bytes")
		return "-"
	return sprintf("%d +-%d%%", value("wall", driver, name), spread["wall", driver, name])
}

function present(name) { return has("row", "axvcpu", name) || has("row", "kvm", name) }

function write_table(   i, name) {
	printf "%s: instructions, the same guest in the same kernel; on the right wall time in ns, which is noise\n\n", bed
	printf "%-36s %10s %10s %7s %7s   %15s %15s\n", "", "axvcpu", "KVM", "ratio",
		"floors", "axvcpu", "KVM"
	for (i = 1; i <= rows; i++) {
		name = order[i]
		if (present(name))
			printf "%-36s %10s %10s %7s %7s   %15s %15s\n", titles[name],
				value("row", "axvcpu", name), value("row", "kvm", name),
				ratio(name), floors(name), wall("axvcpu", name), wall("kvm", name)
	}
}

function number(text) { return text == "-" ? "null" : text }

function side(kind, driver, name) {
	if (!has(kind, driver, name))
		return "null"
	return sprintf("{\"median\": %s, \"spread_percent\": %s}", median[kind, driver, name],
		number(spread[kind, driver, name] ~ /nan/ ? "-" : spread[kind, driver, name]))
}

function write_json(   i, name, comma) {
	printf "{\"bed\": \"%s\", \"rows\": [", bed >json
	for (i = 1; i <= rows; i++) {
		name = order[i]
		if (!present(name))
			continue
		printf "%s\n  {\"name\": \"%s\", \"title\": \"%s\", \"unit\": \"%s\",\n", comma,
			name, titles[name], unit[name] >json
		printf "   \"axvcpu\": %s, \"kvm\": %s,\n", side("row", "axvcpu", name),
			side("row", "kvm", name) >json
		printf "   \"ratio\": %s, \"floors\": %s,\n", number(ratio(name)),
			number(floors(name)) >json
		printf "   \"wall_ns\": {\"axvcpu\": %s, \"kvm\": %s}}", side("wall", "axvcpu", name),
			side("wall", "kvm", name) >json
		comma = ","
	}
	printf "\n]}\n" >json
}

# One bar a row: axvcpu's share of what KVM takes, which ends at the line.
function write_svg(   i, name, y, width, full) {
	full = 300
	y = 50
	for (i = 1; i <= rows; i++)
		y += ratio(order[i]) != "-" ? 20 : 0
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"%d\" " \
		"font-family=\"sans-serif\" font-size=\"12\">\n", y + 10 >svg
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>" >svg
	printf "<text x=\"10\" y=\"20\" font-size=\"14\">%s: axvcpu / KVM, instructions</text>\n", bed >svg
	printf "<line x1=\"%d\" x2=\"%d\" y1=\"32\" y2=\"%d\" stroke=\"#c33\"/>\n", 260 + full,
		260 + full, y >svg
	printf "<text x=\"%d\" y=\"28\" fill=\"#c33\" text-anchor=\"middle\">KVM</text>\n", 260 + full >svg
	y = 36
	for (i = 1; i <= rows; i++) {
		name = order[i]
		if (ratio(name) == "-")
			continue
		width = full * ratio(name)
		width = width > full * 1.2 ? full * 1.2 : width
		printf "<text x=\"250\" y=\"%d\" text-anchor=\"end\">%s</text>\n", y + 12, titles[name] >svg
		printf "<rect x=\"260\" y=\"%d\" width=\"%.1f\" height=\"14\" fill=\"#369\"/>\n", y, width >svg
		printf "<text x=\"%.1f\" y=\"%d\">%s (%s / %s)</text>\n", 266 + (width > full - 2 ? width : (width < full - 190 ? width : full)),
			y + 12, ratio(name), value("row", "axvcpu", name), value("row", "kvm", name) >svg
		y += 20
	}
	print "</svg>" >svg
}

END {
	write_table()
	write_json()
	write_svg()
}
