# Ends processes when the program that has started them has ended, however it has ended.
#
# The program keeps the other end of the standard input, and writes a line into it when it has ended the processes itself.
# $1: the entry of the environment that the processes have, NAME=value
# $2: the folder of the processes
if read -r _; then exit; fi
for file in $(grep -s -l -z -x -F "$1" /proc/[0-9]*/environ); do
  process=${file#/proc/}
  kill -KILL "${process%/environ}"
done
rm -rf "$2"
