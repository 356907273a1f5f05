"""Custom fields in lists: chosen by each person as columns, and asked for as filters.

offered              which fields of patients somebody may have in a list; restricted ones never
narrowing            filters as SQL, on the fact row where a field has a column, else on the values that hold
chosen_list_fields   (list_name) → slugs that the person of the act has chosen, whatever they may see
choose_list_fields   (list_name, slugs, roles) → keeps them; Invalid with what may not be seen
list_patients_with_fields  (wanted, shown, filters, …) → a page of patients with their values
"""
